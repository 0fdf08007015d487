"""The sample plan as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Callable

from plan_source import Element, labelled


def to_text(elements: list[Element]) -> str:
    """Plain text, table rows parted by tabs."""
    return _render(elements, lambda element, line: line, lambda rows: ["\t".join(row) for row in rows])


def to_markdown(elements: list[Element]) -> str:
    """Markdown with bold headings and pipe tables."""
    return _render(elements, _marked, _pipes)


def _render(
    elements: list[Element],
    mark: Callable[[Element, str], str],
    table: Callable[[list[list[str]]], list[str]],
) -> str:
    blocks: list[str] = []
    last = ""
    for label, element in labelled(elements):
        if element.kind == "table":
            blocks.append("\n".join(table(element.records())))
        else:
            lines = [f"{label} {part}".strip() for part in element.parts]
            block = "\n".join(mark(element, line) if line else line for line in lines)
            if element.kind == last == "title":  # the lines of a title stand together
                blocks[-1] += f"\n{block}"
            else:
                blocks.append(block)
        last = element.kind
    return "\n\n".join(blocks) + "\n"


def _marked(element: Element, line: str) -> str:
    if element.kind == "section":
        return f"## **{line}**"
    if element.kind == "appendix" and line.startswith("("):
        return f"*{line}*"
    if element.kind in ("title", "appendix") or (element.kind == "item" and len(line) < 90):
        return f"**{line}**"
    return line


def _pipes(rows: list[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]
