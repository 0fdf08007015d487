"""Plan files on their way in, for the command line and the first start: one file, one plan, or one clear sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.audit import Deed, at_terminal, of_version
from bot.errors import WrongUsage
from bot.i18n import language, say
from bot.plans.naming import no_plan
from bot.progress import progress_bar

if TYPE_CHECKING:
    from bot.app import House
    from ingest.publish import Report

SUFFIXES = (".txt", ".md", ".docx", ".pdf")  # what is taken out of a folder
READABLE = (*SUFFIXES, ".doc", ".odt", ".rtf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")  # what a person may send


def ingest_one(house: House, file: Path, plan_id: str | None = None, stage: bool = False) -> Report:
    """Read, parse and publish one file, showing progress, and keep it; WrongUsage when it cannot be read as a plan."""
    from ingest.parse import NotAPlan
    from ingest.publish import ingest_file
    from ingest.readers import UnreadableFile

    try:
        with house.audit.deed(at_terminal(), Deed.INGEST, file.name) as entry, progress_bar(file.name) as progress:
            report = ingest_file(file, house.library, plan_id, progress, stage, house.settings.allow_secret_plans)
            entry.what = f"{of_version(report.version.plan_id, report.version.version)} ({file.name}): {report.state}"
    except UnreadableFile as error:
        raise WrongUsage(say("cli.unreadable", file=file.name, why=error.sentence(language()))) from None
    except NotAPlan as error:
        raise WrongUsage(say("cli.unreadable", file=file.name, why=no_plan(language(), error.whole))) from None
    house.originals.keep(file, report.version, report.layout)
    return report


def readable_files(folder: Path) -> list[Path]:
    """The files of a folder that may be plans."""
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file()]
