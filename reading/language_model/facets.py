"""Does the plan itself say that these characters are what the model calls them – who leads, the deadline, who signs?

"Hội Phụ nữ" stands in "Đơn vị phối hợp: Hội Phụ nữ"; called the lead it would be said to officers as one. So a part
keeps its facet, and with it the label that the program or the model's first line puts before it, only where the
register, a label of the line, a table's column, or words around it bear that out.
"""

from __future__ import annotations

import re

from plan.fields import field_line, label_field
from plan.model import ClauseKind, Field, FieldValue, PlanVersion, Span
from plan.text import fold, syllables
from reading.language_model.pieces import Piece
from reading.protocol import Facet

FIELDS = {
    Facet.LEAD: Field.LEAD,
    Facet.COORD: Field.COORDINATING,
    Facet.DEADLINE: Field.DEADLINE,
    Facet.PRODUCT: Field.PRODUCT,
}
# Words of the line, its column or the headings above that bear a facet out; facets without a label need none.
_WORDS = {
    Facet.LEAD: r"chu tri|phu trach|dau moi|chiu trach nhiem|tham muu|giao|thuc hien|to chuc|truong ban|lo|lam",
    Facet.COORD: r"phoi hop|ho tro|tham gia|cung|giup",
    Facet.DEADLINE: r"han|thoi gian|truoc|cham nhat|muon nhat|xong|hoan thanh|het|den|trong|hang|moi|thang|quy",
    Facet.PRODUCT: r"san pham|ket qua|dau ra|ho so|bao cao|ban hanh|danh sach|bien ban|so",
    Facet.FUNDING: r"kinh phi|ngan sach|dong|trieu|ty|von|chi|quy|xa hoi hoa",
    Facet.TARGET: r"muc tieu|chi tieu|phan dau|dat|it nhat|toi thieu",
    Facet.PLACE: r"tai|dia diem|o|diem|noi",
}
_COMPILED = {facet: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for facet, words in _WORDS.items()}
_CONTACT = re.compile(r"\d(?:[ .]?\d){6,}|@|https?://|www\.")
_ENDS = frozenset({ClauseKind.CLOSING, ClauseKind.SIGNATURE})
_NO_TASK = _ENDS | {ClauseKind.LETTERHEAD, ClauseKind.TITLE, ClauseKind.OPENING}
# Where both roles are told of in one line, only the register can tell whose words these are.
_OTHER_ROLE = {
    Facet.LEAD: re.compile(r"(?<!\w)(?:phoi hop|ho tro|tham gia|cung(?! cap)|giup)(?!\w)"),
    Facet.COORD: re.compile(r"(?<!\w)(?:chu tri|dau moi)(?!\w)"),
}


def borne_out(span: Span, facet: Facet | None, piece: Piece) -> bool:
    """Whether the plan calls the characters of `span`, which stand in `piece`, what `facet` says."""
    version = piece.version
    own = FIELDS.get(facet) if facet else None
    if facet and own:
        if piece.passage is None or piece.passage.kind in _NO_TASK:
            return False
        known = _register(span, version)
        if known:
            return known == {own}
        if facet in _OTHER_ROLE and _OTHER_ROLE[facet].search(fold(piece.text)):
            return False
        return (_label(piece) or own) is own and (_label(piece) is own or _words(facet, piece))
    if facet in (Facet.SIGNER, Facet.RECIPIENTS):
        return piece.passage is not None and piece.passage.kind in _ENDS
    if facet is Facet.CONTACT:
        return bool(_CONTACT.search(span.of(version.text)))
    return facet is None or facet not in _COMPILED or _words(facet, piece)


def is_stated(facet: Facet | None, piece: Piece) -> bool:
    """Whether the register knows for the task of `piece` what a model says it lacks."""
    places = {piece.leaf, piece.passage.address if piece.passage else ""}
    tasks = [task for task in piece.version.assignments if task.clause in places]
    known = {
        Facet.LEAD: any(task.leads for task in tasks),
        Facet.COORD: any(task.coordinating for task in tasks),
        Facet.DEADLINE: any(task.deadline for task in tasks),
        Facet.PRODUCT: any(task.product for task in tasks),
    }
    return known.get(facet, False) if facet else False


def _register(span: Span, version: PlanVersion) -> set[Field]:
    """What the register read out of these characters."""
    found = set[Field]()
    for task in version.assignments:
        fields = (
            (Field.LEAD, task.leads),
            (Field.COORDINATING, task.coordinating),
            (Field.DEADLINE, (task.deadline,)),
            (Field.PRODUCT, (task.product,)),
        )
        found |= {field for field, values in fields for value in values if value and _holds(value, span, version.text)}
    return found


def _holds(value: FieldValue, span: Span, text: str) -> bool:
    """Whether the characters are the value's. Lines that tell of two roles have both values' spans, so words count."""
    if not value.span.overlap(span):
        return False
    own, part = (f" {' '.join(syllables(each))} " for each in (value.value, span.of(text)))
    return own in part or part in own


def _label(piece: Piece) -> Field | None:
    """What the column or the head of the line says that it is."""
    column = label_field(piece.column) if piece.column else None
    line = field_line(piece.spans[0].of(piece.version.text).lstrip(" -+*•"))
    return column or (line[0] if line else None)


def _words(facet: Facet, piece: Piece) -> bool:
    """The last resort: words of the piece and of the headings above it."""
    line = fold(piece.text)
    above = fold(" ".join(piece.passage.path if piece.passage else ()))
    return bool(_COMPILED[facet].search(f"{line}\n{above}"))
