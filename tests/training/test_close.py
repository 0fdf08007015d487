"""What the close reader is taught with, and the base it stands on."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, processors, trainers
from torch import Tensor

from reading.close import close_text
from training.close import Show, Shown, batches, loss_of
from training.decoder_base import SPECIAL, kept, pruned
from training.groups import Choice, Group

CORPUS = ["Phòng Kinh tế chủ trì tập huấn", "Công an xã phối hợp tuyên truyền", "trước ngày 30/6/2026"] * 3


def tokenizer() -> Tokenizer:
    """A small one of the language model's kind."""
    made = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Replace("▁", " ")
    made.train_from_iterator([*CORPUS, "the quick brown fox"] * 4, trainers.BpeTrainer(special_tokens=list(SPECIAL)))
    made.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 2)])
    return made


def choice(lines: list[str], right: bool, holding: list[int]) -> Choice:
    return Choice("a1-x", "Tập huấn", ["II. NHIỆM VỤ"], lines, right, holding, 0.0, [])


def group(*choices: Choice, answerable: bool = True) -> Group:
    return Group("a1-x#0", "a1-x", "query: ai chủ trì?", ["Phòng Kinh tế"], answerable, "", list(choices))


RIGHT = choice(["Tập huấn", "Phòng Kinh tế chủ trì"], True, [1])
WRONG = [choice([f"Việc {number}"], False, []) for number in range(9)]


def test_a_pruned_tokenizer_cuts_its_corpus_into_the_same_pieces() -> None:
    whole = tokenizer()
    data = json.loads(whole.to_str())
    small, rows = pruned(json.loads(whole.to_str()), kept(whole, data["model"]["vocab"], CORPUS))
    left = Tokenizer.from_str(json.dumps(small))
    assert left.get_vocab_size() == len(rows) < whole.get_vocab_size() + 1
    for text in CORPUS:
        assert left.encode(text).tokens == whole.encode(text).tokens
        assert [rows[number] for number in left.encode(text).ids] == whole.encode(text).ids


def test_the_right_clause_is_shown_with_a_rival() -> None:
    show = Show(tokenizer(), random.Random(5))  # draws no taking out first
    shown = show(group(RIGHT, *WRONG))
    assert shown is not None
    assert len(shown.rows) == 2
    assert shown.right.count(True) <= 1


def test_an_answer_that_is_taken_out_leaves_nothing_right() -> None:
    reads = tokenizer()
    shown = [Show(reads, random.Random(seed))(group(RIGHT, *WRONG)) for seed in range(40)]
    whole = reads.encode("".join(close_text("ai chủ trì?", "Tập huấn", RIGHT.path, RIGHT.lines))).ids
    without = reads.encode("".join(close_text("ai chủ trì?", "Tập huấn", RIGHT.path, RIGHT.lines[:1]))).ids
    taken_out = [each for each in shown if each and not any(each.right)]
    assert 0 < len(taken_out) < len(shown)
    assert all(each.rows[0] == without for each in taken_out)
    assert all(each.rows[0] == whole for each in shown if each and each.right[0])


def test_a_right_clause_that_was_not_found_teaches_nothing() -> None:
    assert Show(tokenizer(), random.Random(1))(group(*WRONG)) is None
    unanswerable = Show(tokenizer(), random.Random(1))(group(*WRONG, answerable=False))
    assert unanswerable is not None
    assert not any(unanswerable.right)


def test_a_step_holds_questions_of_like_length() -> None:
    groups = [group(RIGHT, *WRONG), group(*WRONG, answerable=False)]
    batch = next(batches(groups, Show(tokenizer(), random.Random(1)), random.Random(1)))
    assert batch
    assert all(len(shown.rows) == len(shown.right) for shown in batch)


class Told(torch.nn.Module):
    """A decoder that gives the odds it was told."""

    def __init__(self, odds: Sequence[float]) -> None:
        super().__init__()
        self.odds = torch.tensor(odds)

    def forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """One number a row."""
        return self.odds[: len(rows)]


def test_the_loss_is_small_where_what_is_right_has_the_best_odds() -> None:
    asked = [Shown([[1], [2]], [True, False]), Shown([[3]], [False])]
    good, bad = (float(loss_of(Told(odds), asked)) for odds in ([6.0, -6.0, -6.0], [-6.0, 6.0, 6.0]))  # type: ignore[arg-type]
    assert good < 0.1 < 6.0 < bad
