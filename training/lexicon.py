"""The word counts that ship with the bot, `language/data/lexicon.txt.gz`, learnt from the training data.

    python -m training.lexicon               # write the file
    python -m training.lexicon --measure     # restore diacritics of plans the counts have not seen

Only accented text is learnt from: scanned plans marked "garbled" and questions typed without diacritics are skipped.
`everyday.txt` holds expressions of daily and office life that plans use too rarely to be learnt from them.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from language.lexicon import FILE, Counts, Lexicon, write_counts
from language.spelling import Speller
from language.syllable import canonical, split
from plan.text import nfc, strip_accents
from training.pairs import DATA, json_lines

ACCENTED = ("vi", "vi-abbr")
FOLDS = 5


@dataclass
class Material:
    """The accented text of one plan, what was asked about it, and what was asked in English."""

    texts: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)

    def take(self, line: dict[str, Any]) -> None:
        """Sort the texts of one line of data."""
        if "text" in line and not line.get("garbled"):
            self.texts += [line["path"], line["text"]]
        self.questions += [turn["q"] for turn in line.get("turns", ()) if turn["q"] != strip_accents(turn["q"])]
        for question in [*line.get("questions", ()), *([line] if "q" in line else ())]:
            if question["lang"] in ACCENTED:
                self.questions.append(question["q"])
            elif question["lang"] == "en":
                self.english.append(question["q"])


def read_material(folder: Path) -> dict[str, Material]:
    found: dict[str, Material] = defaultdict(Material)
    for entry in json_lines(sorted(folder.glob("*.jsonl"))):
        found[entry["plan"]].take(entry)
    return found


def count(material: Iterable[Material], everyday: str) -> Counts:
    """The counts of the given plans and their questions."""
    counts = Counts()
    counts.learn(everyday)
    for part in material:
        for text in (*part.texts, *part.questions):
            counts.learn(text)
        for text in part.english:
            counts.learn_english(text)
    return counts


def measure(material: dict[str, Material], everyday: str) -> Iterator[str]:
    """How many syllables come back when plans the counts have not seen are stripped of their diacritics."""
    names = sorted(material)
    score: dict[str, list[float]] = {
        kind: [0, 0, 0, 0] for kind in ("plan text", "questions", "questions, plans known")
    }
    for part in range(FOLDS):
        held = [material[name] for name in names[part::FOLDS]]
        rest = [material[name] for name in names if name not in names[part::FOLDS]]
        speller = Speller(Lexicon(count(rest, everyday)))
        known = count(rest, everyday)
        for text in (text for plan in held for text in plan.texts):
            known.learn(text)
        _score(speller, (text for plan in held for text in plan.texts), score["plan text"])
        _score(speller, (text for plan in held for text in plan.questions), score["questions"])
        _score(Speller(Lexicon(known)), (q for plan in held for q in plan.questions), score["questions, plans known"])
    for kind, (right, total, texts, seconds) in score.items():
        yield f"{kind}: {right / total:.4f} of {total:.0f} syllables, {1000 * seconds / texts:.2f} ms a text"


def _score(speller: Speller, texts: Iterable[str], score: list[float]) -> None:
    for text in texts:
        plain = strip_accents(nfc(text))
        began = time.process_time()
        restored = speller.restore(plain)
        score[3] += time.process_time() - began
        wanted, got = _words(text), _words(restored)
        score[2] += 1
        if len(wanted) == len(got):  # else a chat habit was written out
            score[0] += sum(a == b for a, b in zip(wanted, got, strict=True))
            score[1] += len(wanted)


def _words(text: str) -> list[str]:
    return [canonical(token.text) for token in split(nfc(text)) if token.kind == "word"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    material = read_material(options.data)
    everyday = (DATA / "everyday.txt").read_text(encoding="utf-8").replace(",", ";")
    if options.measure:
        for line in measure(material, everyday):
            print(line)
        return
    counts = count(material.values(), everyday)
    write_counts(counts, options.out)
    print(
        f"{options.out.name}: {len(counts.single)} words, {len(counts.pair)} pairs, {options.out.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
