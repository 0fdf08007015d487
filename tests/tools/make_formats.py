"""Makes `samples/van-hoa-doc…`: one invented plan in every format, and two versions of it with their true differences.

Run from the checkout with LibreOffice installed: `python tests/tools/make_formats.py`. The files are kept in the
repository, so tests need neither this script nor LibreOffice.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from as_docx import to_docx
from as_scan import to_photo, to_scan
from as_text import to_markdown, to_text
from plan_source import HERE, load, parse

SAMPLES = HERE.parents[1] / "samples"
NAME = "van-hoa-doc"


def to_pdf(docx: Path, pdf: Path) -> None:
    """The Word file printed by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(docx)],
            check=True,
            capture_output=True,
        )
        pdf.write_bytes((Path(folder) / f"{docx.stem}.pdf").read_bytes())


def make_formats(folder: Path) -> None:
    """One plan in all forms."""
    elements = load()
    (folder / f"{NAME}.txt").write_text(to_text(elements), encoding="utf-8")
    (folder / f"{NAME}.md").write_text(to_markdown(elements), encoding="utf-8")
    to_docx(elements, folder / f"{NAME}.docx")
    to_pdf(folder / f"{NAME}.docx", folder / f"{NAME}.pdf")
    to_scan(folder / f"{NAME}.pdf", folder / f"{NAME}-quet.pdf")
    to_photo(folder / f"{NAME}.pdf", folder / f"{NAME}-anh-trang-2.jpg", page=2)


def make_versions(folder: Path) -> None:
    """The draft that came before the signed plan, and what changed between the two."""
    changes = json.loads((HERE / "van_hoa_doc_changes.json").read_text(encoding="utf-8"))
    source = (HERE / "van_hoa_doc.md").read_text(encoding="utf-8")
    for new, old in changes["signed_to_draft"]:
        assert source.count(new) == 1, f"{source.count(new)} places for {new!r}"
        source = source.replace(new, old)
    to_docx(parse(source), folder / f"{NAME}-du-thao.docx")
    truth = json.dumps(changes["differences"], ensure_ascii=False, indent=1)
    (folder / f"{NAME}-khac-nhau.json").write_text(truth + "\n", encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    make_formats(target)
    make_versions(target)
