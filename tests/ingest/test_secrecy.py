"""A stamped plan stays outside with a clear sentence, or comes in marked when the setting says so."""

from __future__ import annotations

import pytest

from ingest.publish import admitted
from ingest.readers import UnreadableFile
from plan.model import SourceText

STAMPED = SourceText("UBND XÃ A\nTỐI MẬT\nKẾ HOẠCH\nDiễn tập\n", "a.txt", "0")


def test_a_stamped_plan_is_refused_with_a_sentence_that_says_what_to_do() -> None:
    with pytest.raises(UnreadableFile) as caught:
        admitted(STAMPED, allow_secret=False)
    assert "ALLOW_SECRET_PLANS" in caught.value.sentence("vi")
    assert caught.value.code == "secret"


def test_where_it_is_allowed_the_plan_is_marked() -> None:
    assert [(w.code, w.detail) for w in admitted(STAMPED, allow_secret=True).warnings] == [("secret", "TỐI MẬT")]


def test_other_plans_come_in_as_they_are() -> None:
    plain = SourceText("UBND XÃ A\nKẾ HOẠCH\nBảo mật\n", "a.txt", "0")
    assert admitted(plain, allow_secret=False) is plain
