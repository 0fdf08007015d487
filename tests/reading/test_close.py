"""The close reader: what it reads, how its odds are weighed, and that its decoder is the language model's."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ingest.parse import parse
from plan.model import SourceText
from plan.passages import passages_of
from reading.close import FOLDER, KEPT_END, LONGEST, UNREAD, CloseReader, CloseText, Weights, both, close_text, pieces
from reading.decoder import HEAD, HEADS, HIDDEN, INNER, SCALE, Decoder, Row, Wide, load, packed
from reading.protocol import Candidate, Read, Reading

TITLE = "Kế hoạch tập huấn kỹ năng số năm 2026"
PATH = ("III. NHIỆM VỤ", "2. Tập huấn kỹ năng số")


class Letters:
    """A tokenizer whose pieces are letters."""

    def encode(self, text: str) -> Letters:
        self.ids = [ord(letter) for letter in text]
        return self


def test_a_clause_stands_under_its_plan_and_headings_and_the_question_behind_it() -> None:
    text = close_text("ai chủ trì?", TITLE, PATH, ["Phòng Văn hóa - Xã hội chủ trì."])
    assert "".join(text).splitlines() == [
        f"Kế hoạch: {TITLE}",
        "III. NHIỆM VỤ > 2. Tập huấn kỹ năng số",
        "Phòng Văn hóa - Xã hội chủ trì.",
        "Hỏi: ai chủ trì?",
        "Đáp:",
    ]


def test_of_too_long_a_text_the_question_stays() -> None:
    clause, question = pieces(Letters(), CloseText("a" * LONGEST, "b" * KEPT_END))  # type: ignore[arg-type]
    assert len(clause) + len(question) == LONGEST
    assert question == [ord("b")] * KEPT_END


def test_a_text_is_cut_where_its_question_begins() -> None:
    clause, question = pieces(Letters(), CloseText("aaa", "bb"))  # type: ignore[arg-type]
    assert (clause, question) == ([ord("a")] * 3, [ord("b")] * 2)


@pytest.mark.parametrize(("worst_read", "counts"), [(-5.0, -5.0), (-2.0, UNREAD)])
def test_what_was_not_read_closely_counts_like_the_worst_of_what_was_or_as_unlikely(
    worst_read: float, counts: float
) -> None:
    plan = parse(
        SourceText("KẾ HOẠCH\nI. MỤC ĐÍCH\nMột.\nII. NHIỆM VỤ\nHai.\nIII. KINH PHÍ\nBa.\n", "k.txt", "x"), "k", 1
    )
    candidates = [Candidate(plan, passage, 0.0, ()) for passage in passages_of(plan)[:3]]
    chances = (0.4, 0.3, 0.1)
    first = Reading(tuple(Read(each, chance) for each, chance in zip(candidates, chances, strict=True)), 0.2)
    whole = both(first, [worst_read, 1.0], Weights(1.0, 1.0, 0.0))
    assert [each.candidate for each in whole.answers] == [candidates[1], candidates[0], candidates[2]]
    assert whole.none + sum(each.probability for each in whole.answers) == pytest.approx(1.0)
    last, worst = whole.answers[2], whole.answers[1]
    told = chances[2] / chances[0] * math.exp(counts - worst_read)
    assert last.probability / worst.probability == pytest.approx(told, rel=1e-3)


PIECES = "embed_tokens.weight"


def small(layers: int = 6) -> Decoder:
    """A decoder that knows nothing, its sixth layer one that looks further."""
    torch.manual_seed(3)
    decoder = Decoder(50, layers, Wide)
    for value in decoder.parameters():
        if value.requires_grad:
            torch.nn.init.normal_(value, std=0.05)
    decoder.load_state_dict(packed({PIECES: torch.randn(50, HIDDEN) * 0.05}), strict=False)
    return decoder.eval()


def test_the_decoder_is_the_language_models() -> None:
    transformers = pytest.importorskip("transformers")
    config = transformers.Gemma3TextConfig(
        vocab_size=50, hidden_size=HIDDEN, intermediate_size=INNER, num_hidden_layers=6, num_attention_heads=HEADS,
        num_key_value_heads=1, head_dim=HEAD, query_pre_attn_scalar=HEAD,
    )  # fmt: skip
    decoder = small()
    model = transformers.Gemma3TextModel(config).eval()
    weights = {name: value for name, value in decoder.state_dict().items() if not name.startswith("head")}
    weights[PIECES] = weights[PIECES].float() * weights.pop(PIECES.removesuffix(".weight") + SCALE)[:, None]
    model.load_state_dict(weights)
    row = list(range(2, 40))
    with torch.inference_mode():
        state = model(input_ids=torch.tensor([row]), use_cache=False).last_hidden_state[0, -1]
        assert torch.allclose(decoder([row])[0], decoder.head(state)[0], atol=1e-3)


def test_a_row_is_read_alike_alone_and_among_others() -> None:
    decoder, rows = small(2), [[2, 5, 7], [2, 9, 11, 13, 4, 8], [3]]
    with torch.inference_mode():
        together, alone = decoder(rows), torch.stack([decoder([row])[0] for row in rows])
    assert torch.allclose(together, alone, atol=1e-4)


def test_eight_bits_are_near_enough(tmp_path: Path) -> None:
    decoder, file = small(2), tmp_path / "model-1.safetensors"
    stored = packed(decoder.state_dict())
    assert stored["layers.0.mlp.up_proj.weight"].dtype == torch.int8
    save_file(stored, file)
    rows = [[2, 5, 7, 30], [2, 9]]
    with torch.inference_mode():
        before, after = decoder(rows), load([file])(rows)
    assert torch.allclose(before, after, atol=0.05 * float(before.abs().max()) + 0.02)


@pytest.fixture(scope="module")
def reader() -> CloseReader:
    return CloseReader()


@pytest.mark.parametrize(
    ("question", "answering", "other"),
    [
        (
            "đơn vị nào chủ trì tập huấn kỹ năng số?",
            "Phòng Văn hóa - Xã hội chủ trì, phối hợp với Đoàn xã tổ chức tập huấn kỹ năng số.",
            "Tập huấn kỹ năng số cho cán bộ, công chức trước ngày 30/6/2026.",
        ),
        (
            "tập huấn kỹ năng số xong trước ngày nào?",
            "Tập huấn kỹ năng số cho cán bộ, công chức trước ngày 30/6/2026.",
            "Phòng Văn hóa - Xã hội chủ trì, phối hợp với Đoàn xã tổ chức tập huấn kỹ năng số.",
        ),
    ],
)
def test_a_clause_that_answers_has_the_better_odds(
    reader: CloseReader, question: str, answering: str, other: str
) -> None:
    one, two = reader.odds([close_text(question, TITLE, PATH, [line]) for line in (answering, other)])
    assert one > two


def test_what_was_read_is_remembered(reader: CloseReader, monkeypatch: pytest.MonkeyPatch) -> None:
    text = close_text("ai chủ trì?", TITLE, PATH, ["Phòng Kinh tế chủ trì."])
    found = reader.odds([text])
    monkeypatch.setattr(reader, "_read", lambda texts: pytest.fail("read again"))
    assert reader.odds([text, text]) == found * 2


QUESTIONS = ("ai chủ trì tập huấn?", "Tập huấn xong trước ngày nào?", "ai chủ trì?")
CLAUSES = (["Phòng Kinh tế chủ trì tập huấn.", "Xong trước ngày 30/6/2026."], ["Công an xã tuần tra."])


def test_of_a_clause_that_was_read_only_the_question_is_and_it_comes_to_the_same(
    reader: CloseReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [[close_text(question, TITLE, PATH, lines) for lines in CLAUSES] for question in QUESTIONS]
    alone = [CloseReader().odds(each) for each in texts]
    read: list[int] = []
    forward = Decoder.read

    def noting(self: Decoder, row: Row) -> torch.Tensor:
        read.append(sum(map(len, row.pieces)))
        return forward(self, row)

    monkeypatch.setattr(Decoder, "read", noting)
    again = CloseReader()
    assert [again.odds(each) for each in texts] == alone
    assert read[1] < read[0] / 2 > read[2]


def test_what_is_kept_of_clauses_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reading.close.CLAUSES_KEPT", 60)
    reader = CloseReader()
    for number in range(4):
        reader.odds([close_text("ai?", TITLE, PATH, [f"Việc {number} giao Công an xã."])])
    assert 0 < sum(map(len, reader._clauses)) <= 60


def test_the_model_is_small_enough_to_ship_and_says_whose_it_is() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*")) < 110_000_000
    assert "ai.google.dev/gemma/terms" in (FOLDER / "NOTICE").read_text("utf-8")
