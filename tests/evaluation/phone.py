"""How answers look on a telephone: `python -m tests.evaluation.phone QUESTIONS.jsonl --plans FOLDER [--pictures OUT]`.

QUESTIONS holds a line `{"question", "plan"}` each, `plan` being a plan's id or null; with `"follows": true` it is asked
after the one before. Every answer, with what stands beside it, is laid out as the web page shows it and as Telegram
does, on a screen of 360 × 640, by a real browser (chromium and playwright). Printed are the first line, which a person
judges, how often a clause stands twice, and the heights; one-fact answers are those from one clause. The page's height
is that of the answer's box with its buttons, Telegram's that of the message with its keyboard in the measures of the
Android client: quotes folded to three lines, as it folds what is longer.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from answer.engine import Engine
from bot.app import LibraryShelf
from bot.conversation.messages import Reply
from bot.conversation.replies import answer_reply
from bot.plans.asking import Asking
from bot.telegram.render import escape, keyboard, sheets
from bot.web import view
from plan.model import Answer, Topic
from tests.e2e.browsing import chromium
from tests.evaluation.shelf import embeddings, library_of

WIDTH, HEIGHT = 360, 640
ONE_FACT = frozenset({"text", "fields", "row", "document", "selected"})
STYLE = (view.HERE / "static" / "style.css").read_text(encoding="utf-8")
TELEGRAM = """
body { margin: 0; font: 16px/1.3 Roboto, "Noto Sans", "Liberation Sans", sans-serif; background: #cfdbe5; }
.answer { margin: 6px 52px 6px 8px; } .bubble { background: #fff; border-radius: 12px; padding: 7px 11px 22px;
white-space: pre-wrap; overflow-wrap: break-word; }
blockquote { margin: 2px 0; padding: 3px 24px 4px 9px; border-left: 3px solid #3a8; background: #e9f5ef;
font-size: 14px; border-radius: 5px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3;
overflow: hidden; }
.keys { display: flex; gap: 4px; margin-top: 4px; } .keys span { flex: 1; height: 42px; border-radius: 8px;
background: #5b7a94; color: #fff; font-size: 14px; line-height: 42px; text-align: center; overflow: hidden; }
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer as it was laid out; heights in CSS pixels."""

    question: str
    answer: Answer
    page: float
    telegram: float
    twice: bool  # a clause is cited twice, or the first line stands once more in a quote

    @property
    def one_fact(self) -> bool:
        """Says one thing from one clause."""
        return not self.answer.refused and self.answer.reason in ONE_FACT


def page_html(reply: Reply) -> str:
    """The reply in the page's own template and style."""
    turn = (
        view.templates()
        .get_template("turn.html")
        .render(say=view.say_in(reply.language), turn={"said": "", "replies": [reply]})
    )
    body = f'<body class="chat js"><main class="narrow"><div id="talk">{turn}</div></main>'
    return f"<!doctype html><style>{STYLE}</style>{body}"


def telegram_html(reply: Reply) -> str:
    """The reply as Telegram's Android client lays it out."""
    bubbles = "".join(f'<div class="bubble">{sheet}</div>' for sheet in sheets(reply))
    markup = keyboard(reply)
    rows = markup.inline_keyboard if markup else ()
    keys = "".join(
        f'<div class="keys">{"".join(f"<span>{escape(key.text)}</span>" for key in row)}</div>' for row in rows
    )
    return f'<!doctype html><style>{TELEGRAM}</style><div class="answer">{bubbles}{keys}</div>'


def seen(page: Page, question: str, answer: Answer, reply: Reply, pictures: Path | None, number: int) -> Seen:
    """Lay one answer out both ways and measure it."""
    heights = []
    for kind, html, box in (("page", page_html(reply), ".reply"), ("telegram", telegram_html(reply), ".answer")):
        page.set_content(html)
        heights.append(page.locator(box).first.bounding_box()["height"])  # type: ignore[index]
        if pictures:
            page.screenshot(path=pictures / f"{number:02d}-{kind}.png", full_page=True)
    return Seen(question, answer, heights[0], heights[1], _said_twice(reply))


def _said_twice(reply: Reply) -> bool:
    places = [(piece.plan_id, piece.clause) for piece in reply.pieces]
    quotes = [" ".join(piece.quote.split()).lower() for piece in reply.pieces]
    head = " ".join(reply.headline.split()).lower().rstrip(" .;…")
    return len(set(places)) < len(places) or any(len(head) > 60 and head in quote for quote in quotes)


def report(all_seen: Sequence[Seen]) -> Iterator[str]:
    """The lines to print."""
    for each in all_seen:
        mark = "TWICE " if each.twice else ""
        yield f"{each.page:5.0f} {each.telegram:5.0f} {each.answer.reason:10} {mark}{each.question}"
        yield f"{'':12}→ {each.answer.headline}"
    facts = [each for each in all_seen if each.one_fact]
    yield f"{len(all_seen)} answers, {sum(each.twice for each in all_seen)} say a clause twice; one-fact: {len(facts)}"
    for name, heights in (("page", [each.page for each in facts]), ("telegram", [each.telegram for each in facts])):
        fit = sum(height <= HEIGHT for height in heights)
        middle = statistics.median(heights) if heights else 0
        yield f"{name}: {fit} of {len(heights)} one-fact answers within {HEIGHT} px, median {middle:.0f}"


def _answers(asker: Asking, asked: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Answer]]:
    topic: Topic | None = None
    for each in asked:
        answer = asker.ask(each["question"], each["plan"], topic if each.get("follows") else None)
        topic = answer.topic
        yield each["question"], answer


def main() -> None:
    """Ask, lay out, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--plans", type=Path, required=True)
    parser.add_argument("--pictures", type=Path)
    told = parser.parse_args()
    library = library_of(sorted(told.plans.glob("*.txt")), embeddings())
    engine, shelf = Engine(library), LibraryShelf(library)
    asked = [json.loads(line) for line in told.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    asker = Asking(lambda: engine, library)
    answers = list(_answers(asker, asked))
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        laid = [
            seen(page, question, answer, answer_reply(answer, "1", shelf), told.pictures, number)
            for number, (question, answer) in enumerate(answers, 1)
        ]
    print("\n".join(report(laid)))


if __name__ == "__main__":
    main()
