"""Teach the reader: `python -m training.reader --lessons build/lessons*.pickle --out FOLDER --minutes 40`

Softmax over the candidates of a question and "none of them", and a second head that marks the pieces that answer. The
rate falls with the clock, so a run ends when it should whatever else the machine does; every few minutes it is saved,
and `--from` goes on from there. Authors named by `--hold-out` (the letters before the digit of a plan's name) are
never learnt from: by them `training.deciding` says how sure the reader may be. Questions over several plans are
learnt `--over-all` times a round each, since fewer of them are written.
"""

from __future__ import annotations

import argparse
import math
import pickle
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from reading.network import ReaderNetwork
from training.groups import HELD_OUT, author
from training.lessons import Candidate, Lesson

TOGETHER = 24  # questions a step
LEARNT = (4, 5, 6, 8)  # candidates of a question in a step: the first so many, whether the right one is there or not
LEARNT_OVER_ALL = (6, 8, 12, 16)
WITHOUT = 0.35  # how often a question is learnt with its answer taken out, where it can be
GONE = 0.05  # how often with the whole clause that answers gone
MARKING = 0.2  # weight of the second head's loss
RATE, WARM_UP, SLOWEST, DECAY, DROPOUT = 1e-3, 100, 0.02, 0.05, 0.1
SEED = 0


def read_lessons(files: Iterable[Path]) -> Iterator[Lesson]:
    for file in files:
        with file.open("rb") as stored:
            reading = pickle.Unpickler(stored)  # one for all: what lessons share is kept once
            while True:
                try:
                    yield reading.load()
                except EOFError:
                    break


def logits_of(network: ReaderNetwork, asked: Sequence[Sequence[Candidate]]) -> tuple[Tensor, list[Tensor]]:
    """A row for each question: the logits of its candidates, -inf for padding, last that of "none"; and the marks."""
    pairs = [replace(each.pair, group=group) for group, candidates in enumerate(asked) for each in candidates]
    logits, none, marks = network(pairs)
    table = logits.new_full((len(asked), max(map(len, asked)) + 1), -torch.inf)
    rows = torch.tensor([pair.group for pair in pairs])
    places = torch.tensor([place for candidates in asked for place in range(len(candidates))])
    table = table.index_put((rows, places), logits)
    return torch.cat([table[:, :-1], none[:, None]], 1), marks


def loss_of(table: Tensor, marks: Sequence[Tensor], asked: Sequence[Sequence[Candidate]]) -> tuple[Tensor, Tensor]:
    """That of choosing, where several candidates may be right, and that of marking."""
    right = torch.zeros_like(table, dtype=torch.bool)
    for row, candidates in enumerate(asked):
        for place, each in enumerate(candidates):
            right[row, place] = each.right
        right[row, -1] = not any(each.right for each in candidates)
    chosen = torch.logsumexp(table.masked_fill(~right, -torch.inf), 1)
    flat = [each for candidates in asked for each in candidates]
    marked = [_marking(logits, each.marks) for logits, each in zip(marks, flat, strict=True) if each.marks is not None]
    return (torch.logsumexp(table, 1) - chosen).mean(), torch.stack(marked).mean() if marked else torch.tensor(0.0)


def _marking(logits: Tensor, marks: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Tensor:
    answering = logits[torch.from_numpy(marks) > 0]
    return torch.logsumexp(logits, 0) - torch.logsumexp(answering, 0)


def learnt(lesson: Lesson, rng: random.Random) -> list[Candidate] | None:
    """The candidates of one step; None where a right one was never found.

    Where the right clause stands behind the first, it is not put among them: the place of a candidate would tell.
    """
    candidates = lesson.without if lesson.without and rng.random() < WITHOUT else lesson.candidates
    others = tuple(each for each in candidates if not each.right)
    missed = lesson.answerable and len(others) == len(candidates) and candidates is lesson.candidates
    if missed:
        return None
    left = others if len(others) > 2 and rng.random() < GONE else candidates
    return list(left[: rng.choice(LEARNT if lesson.selected else LEARNT_OVER_ALL)])


@torch.no_grad()
def measure(network: ReaderNetwork, held: Sequence[Lesson], sample: int = 0) -> dict[str, float]:
    """AUC of "something answers", how often the right clause is first (and was), most right at the best threshold."""
    from sklearn.metrics import roc_auc_score

    network.eval()
    chosen = random.Random(1).sample(list(held), sample) if 0 < sample < len(held) else list(held)
    chances, first, before, right = [], [], [], []
    for start in range(0, len(chosen), TOGETHER):
        part = chosen[start : start + TOGETHER]
        table, _ = logits_of(network, [lesson.candidates for lesson in part])
        for lesson, row in zip(part, torch.softmax(table, 1), strict=True):
            best = lesson.candidates[int(row[:-1].argmax())]
            chances.append(1 - float(row[-1]))
            right.append(best.right)
            if lesson.answerable:
                first.append(best.right)
                before.append(lesson.candidates[0].right)
    network.train()
    told, answerable, hit = np.array(chances), np.array([each.answerable for each in chosen]), np.array(right)
    cut = float(np.quantile(told[answerable], 0.05))
    whole = max(float(((hit & (told >= c)) | (~answerable & (told < c))).mean()) for c in np.arange(0.05, 1, 0.05))
    return {
        "questions": len(chosen),
        "auc": round(float(roc_auc_score(answerable, told)), 3),
        "first": round(float(np.mean(first)), 3),
        "first_before": round(float(np.mean(before)), 3),
        "refused_at_.05": round(float((told[~answerable] < cut).mean()), 3),
        "right_at_best": round(whole, 3),
    }


def train(
    network: ReaderNetwork,
    taught: Sequence[Lesson],
    held: Sequence[Lesson],
    out: Path,
    minutes: float,
    every: float,
    rate: float,
    seed: int,
) -> None:
    """Learn until the time is over; save and measure every few minutes."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=DECAY, fused=True)
    endless, started, saved = _endless(taught, seed), time.monotonic(), time.monotonic()
    step, recent = 0, [0.0, 0.0]
    while (gone := (time.monotonic() - started) / (60 * minutes)) < 1:
        falling = SLOWEST + (1 - SLOWEST) * 0.5 * (1 + math.cos(math.pi * gone))
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * falling
        asked = [next(endless) for _ in range(TOGETHER)]
        table, marks = logits_of(network, asked)
        choosing, marking = loss_of(table, marks, asked)
        optimiser.zero_grad()
        torch.autograd.backward(choosing + MARKING * marking)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step, recent = step + 1, [recent[0] + choosing.item(), recent[1] + marking.item()]
        if step % 50 == 0:
            told = f"loss {recent[0] / 50:.3f} marks {recent[1] / 50:.3f}"
            print(
                f"{step} ({step * TOGETHER / len(taught):.1f} rounds) {time.monotonic() - started:.0f} s {told}",
                flush=True,
            )
            recent = [0.0, 0.0]
        if time.monotonic() - saved > 60 * every:
            save(network, out)
            tell(network, held, 500)
            saved = time.monotonic()


def _endless(taught: Sequence[Lesson], seed: int) -> Iterator[list[Candidate]]:
    rng = random.Random(seed)
    while True:
        deck = list(taught)
        rng.shuffle(deck)
        for lesson in deck:
            chosen = learnt(lesson, rng)
            if chosen:
                yield chosen


def tell(network: ReaderNetwork, held: Sequence[Lesson], sample: int = 0) -> None:
    """Print what `measure` finds with a plan selected and with none, where there are such questions."""
    for name, selected in (("a plan selected", True), ("no plan selected", False)):
        part = [lesson for lesson in held if lesson.selected == selected]
        if part:
            print(name, measure(network, part, sample), flush=True)


def save(network: ReaderNetwork, out: Path) -> None:
    """The weights, in full precision: they are few."""
    out.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), out / "model.safetensors", metadata={"format": "pt"})


def begin(taught: Sequence[Lesson], start: Path | None, dropout: float) -> ReaderNetwork:
    """A new network that knows the signals' means and spreads, or one that goes on from `start`."""
    signals = np.array([each.pair.signals for lesson in taught for each in lesson.candidates[:4]], dtype=np.float32)
    network = ReaderNetwork(signals.shape[1], dropout)
    network.signal_mean.copy_(torch.from_numpy(signals.mean(0)))
    network.signal_spread.copy_(torch.from_numpy(np.maximum(signals.std(0), 1e-2)))
    if start:
        network.load_state_dict(load_file(start))
    return network.train()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lessons", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--every", type=float, default=5, help="minutes between two savings")
    parser.add_argument("--rate", type=float, default=RATE, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--dropout", type=float, default=DROPOUT)
    parser.add_argument("--hold-out", nargs="*", default=HELD_OUT)
    parser.add_argument("--share", type=float, default=1.0, help="of the questions, for a learning curve")
    parser.add_argument(
        "--over-all", type=int, default=2, help="times that a question over several plans is learnt a round"
    )
    parser.add_argument("--from", dest="start", type=Path)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    found = list(read_lessons(options.lessons))
    held = [lesson for lesson in found if author(lesson.id) in options.hold_out]
    taught = [lesson for lesson in found if author(lesson.id) not in options.hold_out]
    taught = random.Random(SEED).sample(taught, int(options.share * len(taught)))
    taught += [lesson for lesson in taught if not lesson.selected] * (options.over_all - 1)
    network = begin(taught, options.start, options.dropout)
    size = sum(parameter.numel() for parameter in network.parameters())
    print(f"{size} parameters, {len(taught)} questions to learn from, {len(held)} held out", flush=True)
    train(network, taught, held, options.out, options.minutes, options.every, options.rate, options.seed)
    save(network, options.out)
    tell(network, held)


if __name__ == "__main__":
    main()
