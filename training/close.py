"""Teach the close reader: a language model's lower layers learn to tell whether a clause answers a question.

    python -m training.close --base build/decoder --groups build/groups*.jsonl --out build/close.pt --minutes 80
    python -m training.close --base build/decoder --pack build/close.pt --out models/kehoach-close-reader

Of each question the right clause and the best of the others are read, each on its own; the loss is that of choosing
among them and "none", whose odds are nought. Of a quarter of the answerable questions the lines that hold the answer
are taken out, so that none is right. The upper layers alone learn. Resumable: `--start` goes on from what a run has
written, or from the folder that ships.
Authors held out of the first reader (`training.groups.HELD_OUT`) are held out here.
"""

from __future__ import annotations

import argparse
import ctypes
import itertools
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from reading.close import MODEL, TOKENIZER, close_text, pieces
from reading.decoder import SCALE, Decoder, load, packed
from reading.states import QUERY
from training.groups import HELD_OUT, Choice, Group, author
from training.lessons import read_groups, without_answer
from training.rounding import Taught, smooth

LAYERS, TAUGHT = 14, 8  # layers kept of the language model's eighteen, and the uppermost of them that learn
RIVALS = 1  # clauses beside the right one
TAKEN_OUT, ANY_RIVALS = 0.25, 0.3  # shares of questions: answer taken out; rivals drawn instead of the best
POOL, PIECES, PART = 400, 3000, 3  # questions sorted by length, pieces a step, questions read at once
RATE, HEAD_RATE, WARM, DECAY = 8e-5, 5e-4, 20, 0.01
BETAS = (0.9, 0.98)
SHARD = 45_000_000  # bytes
PIECES_OF = "embed_tokens."
FIRST_PIECE = PIECES_OF + "weight"
HEARD = 60  # texts by which loud features are found


@dataclass(frozen=True)
class Shown:
    """A question with a few clauses, as numbers of pieces, and which of them answer."""

    rows: list[list[int]]
    right: list[bool]


class Show:
    """Groups to what is shown of them, another choice each time."""

    def __init__(self, tokenizer: Tokenizer, rng: random.Random) -> None:
        self.tokenizer, self.rng = tokenizer, rng

    def __call__(self, group: Group) -> Shown | None:
        right = [choice for choice in group.choices if choice.right]
        wrong = [choice for choice in group.choices if not choice.right]
        if group.answerable and not right:
            return None
        if not right:
            return self._shown(group, wrong[: RIVALS + 1])
        left = without_answer(right[0])
        if left and len(right) == 1 and self.rng.random() < TAKEN_OUT:
            return self._shown(group, [left, *wrong[:RIVALS]])
        return self._shown(group, [right[0], *self._rivals(wrong)])

    def _rivals(self, wrong: Sequence[Choice]) -> Sequence[Choice]:
        near = wrong[:7]
        return self.rng.sample(near, min(RIVALS, len(near))) if self.rng.random() < ANY_RIVALS else wrong[:RIVALS]

    def _shown(self, group: Group, choices: Sequence[Choice]) -> Shown:
        question = group.question.removeprefix(QUERY)
        texts = [close_text(question, each.subject, each.path, each.lines) for each in choices]
        cut = [pieces(self.tokenizer, text) for text in texts]
        return Shown([clause + asked for clause, asked in cut], [each.right for each in choices])


def batches(groups: Sequence[Group], show: Show, rng: random.Random) -> Iterator[list[Shown]]:
    """Without end: questions of like length together, so that little is padding."""
    source = _endless(groups, show, rng)
    pool: list[Shown] = []
    while True:
        if len(pool) < POOL // 2:
            pool = sorted([*pool, *(next(source) for _ in range(POOL))], key=lambda each: max(map(len, each.rows)))
        at, batch, size = rng.randrange(len(pool)), list[Shown](), 0
        while pool and size < PIECES:
            batch.append(pool.pop(min(at, len(pool) - 1)))
            size += sum(map(len, batch[-1].rows))
        yield batch


def _endless(groups: Sequence[Group], show: Show, rng: random.Random) -> Iterator[Shown]:
    while True:
        for group in rng.sample(groups, len(groups)):
            shown = show(group)
            if shown and shown.rows:
                yield shown


def loss_of(decoder: Decoder, part: Sequence[Shown]) -> Tensor:
    """Sum over the questions of how unlikely what is right was held, "none" among them."""
    odds = decoder([row for shown in part for row in shown.rows])
    total, at = torch.zeros(()), 0
    for shown in part:
        chances = torch.log_softmax(torch.cat([odds[at : at + len(shown.rows)], torch.zeros(1)]), 0)
        total = total - torch.logsumexp(chances[torch.tensor([*shown.right, not any(shown.right)])], 0)
        at += len(shown.rows)
    return total


def base(folder: Path) -> Decoder:
    """The language model's lower layers and a head that says nothing yet; the lowest and the pieces do not learn."""
    weights = load_file(folder / "model.safetensors")
    decoder = Decoder(len(weights[FIRST_PIECE]), LAYERS, Taught)
    nn.init.zeros_(decoder.head.weight)
    nn.init.zeros_(decoder.head.bias)
    numbers = packed({FIRST_PIECE: weights.pop(FIRST_PIECE)})
    decoder.load_state_dict(weights | numbers, strict=False)
    decoder.layers[: LAYERS - TAUGHT].requires_grad_(False)
    return decoder


def begun(decoder: Decoder, start: Path) -> None:
    """Go on from what an earlier run has written, or from the folder that ships."""
    if start.is_dir():
        stored = load(sorted(start.glob(MODEL))).state_dict()
        scales = {name: value for name, value in stored.items() if name.endswith(SCALE)}
        for name in scales:
            matrix = name.removesuffix(SCALE) + ".weight"
            if matrix != FIRST_PIECE:
                stored[matrix] = stored[matrix].float() * stored.pop(name)[:, None]
    else:
        stored = torch.load(start)
    decoder.load_state_dict(stored, strict=False)


def teach(decoder: Decoder, stream: Iterator[list[Shown]], minutes: float, out: Path) -> None:
    """AdamW falling with the clock; the file is written every ten minutes and at the end."""
    head = list(decoder.head.parameters())
    taught = [value for part in (decoder.layers, decoder.norm) for value in part.parameters() if value.requires_grad]
    rates = (RATE, HEAD_RATE)
    optimizer = torch.optim.AdamW(
        [{"params": taught, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], betas=BETAS, weight_decay=DECAY
    )
    started = kept = time.monotonic()
    asked, mean = 0, 0.0
    threads = ThreadPoolExecutor(os.cpu_count())
    torch.set_num_threads(1)
    for step, batch in enumerate(stream, 1):
        spent = (time.monotonic() - started) / (60 * minutes)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, step / WARM) * max(0.02, 1 - spent)
        loss = _step(decoder, batch, threads)
        nn.utils.clip_grad_norm_([*taught, *head], 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        asked, mean = asked + len(batch), loss if step == 1 else 0.97 * mean + 0.03 * loss
        if step % 10 == 0:
            print(f"{step} steps, {asked} questions, {time.monotonic() - started:.0f} s, loss {mean:.3f}", flush=True)
            _give_back()
        if spent >= 1 or time.monotonic() - kept > 600:
            kept = time.monotonic()
            torch.save({n: value for n, value in decoder.state_dict().items() if not n.startswith(PIECES_OF)}, out)
        if spent >= 1:
            return


def _give_back() -> None:
    """Memory left in pieces by texts of many lengths: 12 GB after a quarter of an hour, 3.5 once given back."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's alone
    if trim:
        trim(0)


def _step(decoder: Decoder, batch: Sequence[Shown], threads: ThreadPoolExecutor) -> float:
    """Every thread takes parts of its own: two do twice the work of one, which two threads of one part do not."""
    parts = [batch[at : at + PART] for at in range(0, len(batch), PART)]
    return sum(threads.map(lambda part: _part(decoder, part, len(batch)), parts))


def _part(decoder: Decoder, part: Sequence[Shown], asked: int) -> float:
    loss = loss_of(decoder, part) / asked
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def pack(decoder: Decoder, tokenizer: Path, out: Path) -> None:
    """Write what ships: the tokenizer and the weights as 8-bit numbers, in files of at most `SHARD` bytes."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer, out / TOKENIZER)
    shards: list[dict[str, Tensor]] = [{}]
    for name, value in packed(decoder.state_dict()).items():
        if sum(each.nbytes for each in shards[-1].values()) + value.nbytes > SHARD:
            shards.append({})
        shards[-1][name] = value.contiguous()
    for number, shard in enumerate(shards, 1):
        file = out / f"model-{number}.safetensors"
        save_file(shard, file)
        file.chmod(0o644)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder of training.decoder_base")
    parser.add_argument("--groups", type=Path, nargs="+", default=[])
    parser.add_argument("--pack", type=Path, help="what a run has written: make the model that ships of it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="what an earlier run has written")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    decoder, start = base(options.base), options.pack or options.start
    if start:
        begun(decoder, start)
    if options.pack:
        pack(decoder, options.base / TOKENIZER, options.out)
        return
    rng = random.Random(options.seed)
    groups = [each for each in read_groups(options.groups) if author(each.id) not in HELD_OUT]
    print(f"{len(groups)} questions")
    show = Show(Tokenizer.from_file(str(options.base / TOKENIZER)), rng)
    if not start:
        smooth(decoder, [row for shown in itertools.islice(_endless(groups, show, rng), HEARD) for row in shown.rows])
    teach(decoder, batches(groups, show, rng), options.minutes, options.out)


if __name__ == "__main__":
    main()
