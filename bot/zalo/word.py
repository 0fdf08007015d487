"""A text file as a Word file: the Official Account passes on PDF and Word only, and plans may be text or Markdown."""

from __future__ import annotations

import io
from pathlib import Path

from bot.messages import Attachment

TEXT_TYPES = (".txt", ".md")


def as_word(file: Attachment) -> Attachment:
    """The same words, line by line; anything but readable text is given back as it is."""
    if not file.name.lower().endswith(TEXT_TYPES):
        return file
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file
    from docx import Document  # only now: a bot without Zalo has no need of it

    document = Document()
    for line in text.splitlines():
        document.add_paragraph("".join(letter for letter in line if letter >= " " or letter == "\t"))
    data = io.BytesIO()
    document.save(data)
    return Attachment(f"{Path(file.name).stem}.docx", data.getvalue())
