"""What a language model proposes when a plan is taken in: shown marked, and counted when the admin has said so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import House
from bot.conversation.messages import Content, Incoming, Reply
from bot.settings import Settings
from plan.model import PlanVersion
from tests.bot.houses import real_house
from tests.reading.language_model.scripted import Heard, Script, scripted
from tests.reading.language_model.test_self_test import RIGHT, able
from vectorstore.embedding import ClauseEmbeddings

pytestmark = pytest.mark.model
# Neither the heads of the table nor what stands under them mean anything to the register: only a proposal helps.
PLAN = """ỦY BAN NHÂN DÂN
XÃ ĐỒNG THỬ
Số: 7/KH-UBND

KẾ HOẠCH
Dọn kênh mương năm 2026

I. MỤC ĐÍCH
Khơi thông dòng chảy trước mùa mưa.

II. NHIỆM VỤ
1. Kênh Bắc
Việc nạo vét trước ngày 15/4/2026 là phần của lực lượng dân quân xã, thêm người của Đoàn Thanh niên xã.

2. Kênh Nam
| Nội dung | Bên gánh vác | Khi nào |
|---|---|---|
| Phát quang bờ kênh | Nhà hai bên bờ | Tháng 5/2026 |
| Đắp lại cống số 2 | Chủ lò gạch Bến Cát | Tháng 6/2026 |

III. KINH PHÍ
Kinh phí do ngân sách xã bảo đảm.
"""
TASK, LEAD = "nạo vét trước ngày", "lực lượng dân quân xã"


def proposing(heard: Heard) -> Script:
    """Passes the self-test; proposes true things, and some that do not stand there."""
    if "duties" not in heard.system:
        return able(heard) if heard.question in RIGHT else Script(status=500)
    task, cell = heard.number(TASK), heard.number("Phát quang bờ kênh")
    duties = [
        {"task": task, "role": "lead", "id": task, "part": LEAD},
        {"task": task, "role": "coord", "id": task, "part": "Đoàn Thanh niên xã"},
        {"task": task, "role": "deadline", "id": task, "part": "15/4/2026"},
        {"task": task, "role": "lead", "id": task, "part": "Công an xã"},
        {"task": 999, "role": "lead", "id": task, "part": LEAD},
        {"task": heard.number("Khơi thông"), "role": "deadline", "id": task, "part": ""},
        {"task": task, "role": "boss", "id": "1"},
    ]
    columns = [{"id": cell + place, "role": role} for place, role in enumerate(("task", "lead", "deadline"))]
    return Script(json.dumps({"duties": duties, "columns": columns}, ensure_ascii=False))


@pytest.fixture
def house(tmp_path: Path, shipped: ClauseEmbeddings) -> Iterator[House]:
    with scripted(proposing) as server:
        url = f"{server.root}/v1"
        settings = Settings(data_dir=tmp_path / "data", llm_model="s", llm_base_url=url, llm_timeout=60, llm_retries=0)
        made = real_house(settings, shipped)
        yield made
        made.close()


def sent(house: House, tmp_path: Path) -> Reply:
    file = tmp_path / "don-kenh.md"
    file.write_text(PLAN, encoding="utf-8")
    [letter] = house.conversation.handle(Incoming("console", "1", "1", content=Content.FILE, file=file))
    return letter.reply


def pressed(house: House, action: str) -> None:
    house.conversation.handle(Incoming("console", "1", "1", action=action))


def live(house: House) -> PlanVersion:
    [plan] = house.library.live()
    return plan


def test_what_is_proposed_is_shown_marked_and_counts_when_it_is_taken_in(house: House, tmp_path: Path) -> None:
    preview = sent(house, tmp_path)
    marked = [line for line in preview.lines if line.startswith("◇")]
    assert any(LEAD in line and "Đoàn Thanh niên xã" in line for line in marked)
    assert any("Phát quang bờ kênh" in line and "Nhà hai bên bờ" in line for line in marked)
    assert not any("Công an" in line for line in preview.lines)
    assert not house.library.live()
    pressed(house, preview.buttons[0][0].action)
    plan = live(house)
    [dredging] = [each for each in plan.assignments if TASK in each.task.value]
    assert [unit.value for unit in dredging.leads] == [LEAD]
    fields = [field for each in plan.assignments for field in (*each.leads, *each.coordinating, each.deadline) if field]
    assert all(" ".join(field.span.of(plan.text).split()) == field.value for field in fields)
    [cutting] = [each for each in plan.assignments if "Phát quang" in each.task.value]
    assert [unit.value for unit in cutting.leads] == ["Nhà hai bên bờ"]
    answer = house.engine.ask("Nhà hai bên bờ có những nhiệm vụ gì?", plan.plan_id)
    assert "Phát quang bờ kênh" in answer.text


def test_a_plan_is_taken_in_without_what_is_proposed(house: House, tmp_path: Path) -> None:
    preview = sent(house, tmp_path)
    [bare] = [button for row in preview.buttons for button in row if "đề xuất" in button.label]
    pressed(house, bare.action)
    assert not any(each.is_proposed for each in live(house).assignments)


def test_what_is_taken_in_unseen_holds_no_proposals(house: House, tmp_path: Path) -> None:
    from ingest.publish import ingest_file

    file = tmp_path / "don-kenh.md"
    file.write_text(PLAN, encoding="utf-8")
    report = house.plans.stage(file)
    assert any(each.is_proposed for each in report.version.assignments)
    assert not any(each.is_proposed for each in house.plans.stage(file, propose=False).version.assignments)
    assert ingest_file(file, house.library).state == "new"
    assert not any(each.is_proposed for each in live(house).assignments)
