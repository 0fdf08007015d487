"""A plan file from the admin's browser into a staged version, and how far long work is."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.plans.background import NEW_PLAN, Step, Work
from bot.sanitize import safe_name
from bot.web.admin import Door
from bot.web.guard import Visitor
from bot.web.view import View
from prompts import phrase

FORGOTTEN_AFTER = 3600.0  # seconds


class Upload:
    """`/admin/upload` and `/admin/work`."""

    def __init__(self, view: View, door: Door) -> None:
        self._view, self._door = view, door
        self._keeper = view.house.keeper
        self._folder = view.house.settings.data_dir / "uploads"
        self._forget_old()

    def routes(self) -> list[Route]:
        """Where all this is found."""
        return [
            self._door.deed("/admin/upload", self.upload),
            self._door.page("/admin/work/{ident}", self.work),
            self._door.page("/admin/work/{ident}/state", self.state),
        ]

    async def upload(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Keep the file in a folder of its own and begin to read it."""
        file, plan_id = form.get("file"), str(form.get("plan") or "")
        known = self._view.house.conversation.desk.shelf.ids()
        if not isinstance(file, UploadFile) or not file.filename or plan_id not in {"", NEW_PLAN, *known}:
            return self._view.notice(request, visitor, "web.no_file", 400)
        folder, kept = await asyncio.to_thread(self._keep, file)
        work = self._keeper.read(folder, kept, plan_id, visitor.language)
        return RedirectResponse(f"/admin/work/{work.ident}", 303)

    async def work(self, request: Request, visitor: Visitor) -> Response:
        """How far it is; on to what comes next when it is over."""
        work = self._keeper.work(request.path_params["ident"])
        if work is None:
            return RedirectResponse("/admin", 303)
        if work.step is Step.STAGED:
            return RedirectResponse(_preview(work), 303)
        return self._view.page(request, visitor, "admin_work.html", work=work)

    async def state(self, request: Request, visitor: Visitor) -> Response:
        """The same for the page's script."""
        work = self._keeper.work(request.path_params["ident"])
        if work is None:
            return JSONResponse({"over": True})
        told = phrase(visitor.language, f"web.step_{work.step}", name=work.name)
        return JSONResponse({"over": work.is_over, "told": told, "done": work.done, "total": work.total})

    def _forget_old(self) -> None:
        """What a kill left behind; a file is read within minutes."""
        for left in self._folder.glob("*"):
            if time.time() - left.stat().st_mtime > FORGOTTEN_AFTER:
                shutil.rmtree(left, ignore_errors=True)

    def _keep(self, file: UploadFile) -> tuple[Path, Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        kept = folder / safe_name(file.filename or "")
        with kept.open("wb") as out:
            shutil.copyfileobj(file.file, out)
        return folder, kept


def _preview(work: Work) -> str:
    return f"/admin/plans/{work.plan_id}/{work.version}"
