"""Plans that are state secrets stay outside, unless a setting lets them in; then they are marked for good.

Whoever sends clauses anywhere looks at the mark (`reading.language_model.reader.is_secret`).
"""

from __future__ import annotations

from dataclasses import replace

from ingest.readers import UnreadableFile
from plan.model import SourceText, Warning_
from plan.secrecy import secrecy


def admitted(source: SourceText, allow_secret: bool) -> SourceText:
    """The text, marked when its head bears a stamp of secrecy. Raises UnreadableFile("secret") when that may not be."""
    level = secrecy(source.text)
    if not level:
        return source
    if not allow_secret:
        raise UnreadableFile("secret", level)
    return replace(source, warnings=(*source.warnings, Warning_("secret", level)))
