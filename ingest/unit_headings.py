"""A unit's name alone on a line, over what the unit has to do: a heading, though it carries no number.

'Công an xã' below 'TỔ CHỨC THỰC HIỆN' heads its duties as '4. Công an xã' would. Pure.
"""

from __future__ import annotations

import re

from ingest.actors import names_somebody
from ingest.lines import Line
from ingest.marks import Level, Mark
from ingest.tables import has_cells
from plan.fields import field_line
from plan.text import fold
from plan.units import find_units

LONGEST = 80  # characters of such a heading
_DUTIES = re.compile(
    r"to chuc thuc hien|phan cong|trach nhiem|nhiem vu (?:cua )?(?:cac|tung|moi)\b|to chuc trien khai|giao viec|"
    r"\bvai tro\b|nguoi lo|ai lam gi|\bviec (?:truoc|trong|sau|can|phai|cua)\b"
)
_GENERIC = re.compile(r"(?:cac|thu truong|nguoi dung dau|truong) \S+|(?:che do )?(?:thong tin,? )?bao cao$")
_BULLET = re.compile(r"[-+*•–]\s")
_ENDED = re.compile(r"[.;:!?…,]\s*$")


def gives_out_duties(heading: str) -> bool:
    """Whether a section's heading says that duties are given out below it."""
    return bool(_DUTIES.search(fold(heading)))


def names_a_unit(line: Line, after: Line | None) -> bool:
    """Whether a line without a mark, in such a section, is the heading of what stands in the line `after` it."""
    if after is None or has_cells(line) or has_cells(after) or len(after.text) <= len(line.text):
        return False
    text = line.text.rstrip(" :")
    if len(text) > LONGEST or not text[:1].isupper() or _ENDED.search(text) or field_line(line.text):
        return False
    first = next(iter(find_units(line.folded)), None)
    return (first is not None and first.start == 0) or bool(_GENERIC.match(line.folded)) or names_somebody(text)


def heads_a_list(line: Line, after: Line | None, body: bool = True) -> bool:
    """Whether a line is nothing but a body's name over a list, or a role's unless `body`: a heading wherever a plan has
    several such lines."""
    if after is None or not _BULLET.match(after.text) or len(line.text) > LONGEST or has_cells(line):
        return False
    text = line.text.rstrip(" :")
    return text[:1].isupper() and not line.upper and not _ENDED.search(text) and names_somebody(text, body)


def unit_mark(line: Line) -> Mark:
    """Its mark; the key, which goes into addresses, is the name."""
    return Mark(Level.UNIT, "", 0, 0, key=re.sub(r"[().#^:~+/]", " ", line.text).strip())
