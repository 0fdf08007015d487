"""Fine-tuning the pruned model on questions about plan clauses.

A batch holds questions over two plans. Its candidates are the clauses asked about, the lines that answer, and further
clauses of the same plans as hard negatives, those most alike first.

    python -m training.finetune --model build/e5-pruned --data training/data/pairs-*.jsonl --out models/kehoach-e5

A model trained before goes on from there with new files, and a third of the questions of the files it knows:

    python -m training.finetune --model build/e5-first --data NEW... --rehearse OLD... --epochs 1 --rate 4e-5 --out ...

Softmax over cosine x 40 among the candidates of a batch all weights trained, AdamW with a one-cycle
rate, bfloat16 where the processor has it. The held-out plans of `pairs.HELD_OUT` are never learnt from.
"""

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from training.base import save_folder
from training.noise import Spoiler, plan_spoiler, spoil_question, unspoiled
from training.pairs import (
    CELL_MARK,
    QUERY,
    Pair,
    Question,
    answering_line,
    clause_passage,
    line_passage,
    read_pairs,
    split,
    thinned,
)

QUESTIONS_PER_PLAN = 20
HARD_NEGATIVES_PER_PLAN = 3
LINE_CHANCE = 0.5
STRAY_LINE_CHANCE = 0.4
SHORT_PATH_CHANCE = 0.15
ZONE_NAME_CHANCE = 0.5
NAMED_COLUMNS_CHANCE = 0.4
# "ngày ký" asks the same of every plan: so short a question competes only within its own plan.
WORDS_TO_STAND_ALONE = 5

ZONES = {"Căn cứ ban hành": r"^(phần )?(trích yếu|căn cứ|mở đầu|đoạn mở đầu)", "Nơi nhận": r"nơi nhận|^phần ký|^ký "}
TASK_COLUMNS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian", "Sản phẩm")


@dataclass(frozen=True)
class Candidate:
    """A passage: a whole clause, or one line of it."""

    pair: Pair
    line: str | None
    text: str


@dataclass(frozen=True)
class Asked:
    """A question with its clause, and the line of it that answers, where known."""

    pair: Pair
    line: str | None
    text: str

    def is_answered_by(self, candidate: Candidate) -> bool:
        """The clause itself, or the line that answers."""
        return candidate.pair == self.pair and candidate.line in (None, self.line)

    def competes_with(self, candidate: Candidate) -> bool:
        """Other lines of the right clause count neither for nor against; short questions stay in their plan."""
        if candidate.pair.plan == self.pair.plan:
            return candidate.pair != self.pair
        return len(self.text.split()) > WORDS_TO_STAND_ALONE


@dataclass(frozen=True)
class Batch:
    """Questions and the passages among which each must find its own."""

    asked: list[Asked]
    candidates: list[Candidate]


def epoch(pairs: list[Pair], rng: random.Random) -> Iterator[Batch]:
    """Every question once, in random order, two plans a batch."""
    sisters: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        sisters[pair.plan].append(pair)
    chunks = _chunks(sisters, rng)
    while chunks:
        first = chunks.pop()
        parts = [_part(first, sisters[first[0][0].plan], rng)]
        if chunks:
            second = chunks.pop(_index_of_other_plan(chunks, first[0][0].plan))
            parts.append(_part(second, sisters[second[0][0].plan], rng))
        yield Batch([a for part in parts for a in part.asked], [c for part in parts for c in part.candidates])


def _chunks(sisters: dict[str, list[Pair]], rng: random.Random) -> list[list[tuple[Pair, Question]]]:
    """Each plan's questions in random order, a dozen at a time."""
    chunks: list[list[tuple[Pair, Question]]] = []
    for pairs in sisters.values():
        asked = [(pair, question) for pair in pairs for question in pair.questions]
        rng.shuffle(asked)
        chunks += [asked[i : i + QUESTIONS_PER_PLAN] for i in range(0, len(asked), QUESTIONS_PER_PLAN)]
    rng.shuffle(chunks)
    return chunks


def _index_of_other_plan(chunks: list[list[tuple[Pair, Question]]], plan: str) -> int:
    return next((i for i in reversed(range(len(chunks))) if chunks[i][0][0].plan != plan), len(chunks) - 1)


def _part(chunk: list[tuple[Pair, Question]], sisters: list[Pair], rng: random.Random) -> Batch:
    """One plan's share of a batch; the plan's passages are spoiled alike, as a scanned plan would be."""
    spoil = unspoiled if sisters[0].garbled else plan_spoiler(rng)
    asked = [_asked(pair, question, rng) for pair, question in chunk]
    clauses = list(dict.fromkeys(pair for pair, _ in chunk))
    negatives = _hard_negatives(clauses, sisters, rng)
    candidates = [_clause(pair, spoil, rng) for pair in clauses + negatives]
    wanted = dict.fromkeys((a.pair, a.line) for a in asked if a.line is not None)
    stray = [(p, rng.choice(p.lines)) for p in negatives if p.lines and rng.random() < STRAY_LINE_CHANCE]
    return Batch(asked, candidates + [_line(pair, line, spoil, rng) for pair, line in (*wanted, *stray)])


def _asked(pair: Pair, question: Question, rng: random.Random) -> Asked:
    line = answering_line(pair, question) if rng.random() < LINE_CHANCE else None
    return Asked(pair, line, QUERY + spoil_question(question, rng))


def _hard_negatives(clauses: list[Pair], sisters: list[Pair], rng: random.Random) -> list[Pair]:
    """Clauses not asked about: drawn from the half most alike to those asked about."""
    others = [pair for pair in sisters if pair not in clauses]
    others.sort(key=lambda other: -max(_likeness(other, pair) for pair in clauses))
    pool = others[: max(HARD_NEGATIVES_PER_PLAN, len(others) // 2)]
    return rng.sample(pool, min(HARD_NEGATIVES_PER_PLAN, len(pool)))


def _likeness(one: Pair, other: Pair) -> float:
    ours, theirs = _words(one), _words(other)
    return len(ours & theirs) / max(1, len(ours | theirs))


@lru_cache(maxsize=10_000)
def _words(pair: Pair) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", f"{pair.path} {pair.text}".lower()))


def _clause(pair: Pair, spoil: Spoiler, rng: random.Random) -> Candidate:
    headings = _headings(pair, rng)
    text = _with_named_columns(pair.text) if rng.random() < NAMED_COLUMNS_CHANCE else pair.text
    return Candidate(pair, None, clause_passage([spoil(h) for h in headings], spoil(text)))


def _line(pair: Pair, line: str, spoil: Spoiler, rng: random.Random) -> Candidate:
    text = _with_named_columns(line) if rng.random() < NAMED_COLUMNS_CHANCE else line
    return Candidate(pair, line, line_passage(spoil(_headings(pair, rng)[-1]), spoil(text)))


def _headings(pair: Pair, rng: random.Random) -> list[str]:
    """The clause's headings; the opening and the closing of a plan often under the name that the product gives them."""
    zone = next((name for name, signs in ZONES.items() if re.search(signs, pair.headings[-1].lower())), None)
    if zone is not None and rng.random() < ZONE_NAME_CHANCE:
        return [zone]
    return pair.headings[-2:] if rng.random() < SHORT_PATH_CHANCE else pair.headings


def _with_named_columns(text: str) -> str:
    """A table row as `column: value; column: value`; any other text as it is."""
    *head, row = text.splitlines()
    cells = row.split(CELL_MARK)
    names = tuple(head[-1].split(CELL_MARK)) if head else TASK_COLUMNS
    if len(cells) < 3:
        return text
    if ": " in cells[1]:
        return row.replace(CELL_MARK, "; ")
    if len(names) != len(cells) or (not head and not _looks_like_a_task(cells)):
        return text
    return "; ".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=True))


def _looks_like_a_task(cells: list[str]) -> bool:
    """The third cell of a task is an office, not a document or a figure."""
    return not re.search(r"\d", cells[2])


GROUP = 12


def encode(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: list[str], max_tokens: int) -> Tensor:
    """One unit vector a text, in the order given."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    groups = [order[i : i + GROUP] for i in range(0, len(order), GROUP)]
    vectors = [_encode_group(model, tokenizer, [texts[i] for i in group], max_tokens) for group in groups]
    back = torch.tensor(order).argsort()
    return torch.cat(vectors)[back]


def _encode_group(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: list[str], max_tokens: int) -> Tensor:
    """Mean of the token vectors, as the pooling layer of the finished folder does it."""
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=max_tokens, return_tensors="pt")
    mask = tokens["attention_mask"]
    with torch.autocast("cpu", torch.bfloat16):
        states = model(input_ids=tokens["input_ids"], attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    mean = (states.float() * weights).sum(1) / weights.sum(1)
    return functional.normalize(mean, dim=-1)


SCALE = 40.0
QUESTION_TOKENS = 64
REHEARSED_SHARE = 1 / 3
LOG_EVERY = 25
NO_CANDIDATE = -1e4


@dataclass(frozen=True)
class Recipe:
    epochs: int = 3
    rate: float = 8e-5
    warm_up: float = 0.1
    weight_decay: float = 0.01
    passage_tokens: int = 128
    seed: int = 20260701


def batch_loss(batch: Batch, questions: Tensor, passages: Tensor) -> Tensor:
    """Each question against the clauses that are not its own; its clause and its line are right independently."""
    right = torch.tensor([[a.is_answered_by(c) for c in batch.candidates] for a in batch.asked])
    rivals = torch.tensor([[a.competes_with(c) for c in batch.candidates] for a in batch.asked])
    scores = questions @ passages.T * SCALE
    against = scores.masked_fill(~rivals, NO_CANDIDATE).logsumexp(dim=1, keepdim=True)
    losses = functional.softplus(against - scores) * right
    return (losses.sum(dim=1) / right.sum(dim=1)).mean()


def train(model: BertModel, tokenizer: PreTrainedTokenizerFast, pairs: list[Pair], recipe: Recipe) -> None:
    batches = _all_batches(pairs, recipe)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=recipe.rate, total_steps=len(batches), pct_start=recipe.warm_up
    )
    started, recent = time.monotonic(), 0.0
    for step, batch in enumerate(batches, start=1):
        recent += _step(model, tokenizer, batch, optimizer, recipe)
        schedule.step()
        if step % LOG_EVERY == 0:
            print(f"{step}/{len(batches)} loss {recent / LOG_EVERY:.4f} {time.monotonic() - started:.0f} s", flush=True)
            recent = 0.0


def _all_batches(pairs: list[Pair], recipe: Recipe) -> list[Batch]:
    rng = random.Random(recipe.seed)
    return [batch for _ in range(recipe.epochs) for batch in epoch(pairs, rng)]


def _step(
    model: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    batch: Batch,
    optimizer: torch.optim.Optimizer,
    recipe: Recipe,
) -> float:
    questions = encode(model, tokenizer, [a.text for a in batch.asked], QUESTION_TOKENS)
    passages = encode(model, tokenizer, [c.text for c in batch.candidates], recipe.passage_tokens)
    loss = batch_loss(batch, questions, passages)
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def load(folder: Path) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """Network and tokenizer of a saved folder. No dropout: the noise in the texts does its work, at half the time."""
    config = BertConfig.from_pretrained(folder)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = BertModel.from_pretrained(folder, config=config, dtype=torch.float32)
    return model.train(), PreTrainedTokenizerFast.from_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--rehearse", type=Path, nargs="+", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--rate", type=float, default=Recipe.rate)
    options = parser.parse_args()
    recipe = Recipe(epochs=options.epochs, rate=options.rate)
    torch.manual_seed(recipe.seed)
    old = thinned(read_pairs(options.rehearse), REHEARSED_SHARE, random.Random(recipe.seed))
    learnt, _ = split(read_pairs(options.data) + old)
    print(f"{len(learnt)} clauses, {sum(len(pair.questions) for pair in learnt)} questions", flush=True)
    model, tokenizer = load(options.model)
    train(model, tokenizer, learnt, recipe)
    save_folder(model, tokenizer, options.out)


if __name__ == "__main__":
    main()
