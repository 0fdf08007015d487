"""Parsing under a clock: a long text is parsed in a process of its own, which is stopped when it takes too long.

Time grows with size (tested), so short texts need no clock and no second process; what a hostile long text still finds
costs that process and one sentence, never the inbox. Only our own types pass between the two.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from pathlib import Path

from ingest.parse import NotAPlan, parse
from ingest.readers.limits import UnreadableFile
from plan.model import PlanVersion, SourceText

ROOT = Path(__file__).resolve().parents[1]
LONG = 300_000  # characters from which a text is parsed under the clock: a plan has 10,000 to 100,000
SECONDS = 180.0  # for 5 MB on a slow and busy PC
MOST_LINES = 50_000  # a plan of 400 pages has 20,000; each line is a clause that takes its time to index, too


def parse_in_time(source: SourceText, seconds: float = SECONDS, long: int = LONG) -> PlanVersion:
    """The draft of a text. Raises NotAPlan, and UnreadableFile('too_long' | 'timeout' | 'crashed')."""
    if len(source.text) < long:
        return parse(source, "", 0)
    if source.text.count("\n") > MOST_LINES:
        raise UnreadableFile("too_long", f"more than {MOST_LINES} lines")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ingest.clock"],
            input=pickle.dumps(source),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile("timeout", f"parsing took more than {seconds:g} s") from None
    except subprocess.CalledProcessError as error:
        raise UnreadableFile("crashed", f"parsing ended with status {error.returncode}") from None
    made = pickle.loads(done.stdout)
    if isinstance(made, PlanVersion):
        return made
    raise NotAPlan(str(made))


def main() -> None:
    """The child: a SourceText on standard input, its PlanVersion (or the title of what is none) on standard output."""
    gc.disable()  # nothing made here is garbage before the end; looking for it takes a tenth of the time
    source = pickle.loads(sys.stdin.buffer.read())
    made: PlanVersion | str
    try:
        made = parse(source, "", 0)
    except NotAPlan as error:
        made = str(error)
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    main()
