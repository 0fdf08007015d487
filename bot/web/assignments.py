"""The table of tasks over all plans, and its two files: .xlsx to work with, .ics for a calendar."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import today_here
from bot.plans.spreadsheet import tasks_workbook
from bot.web.calendar import calendar
from bot.web.guard import Guard
from bot.web.table import Line, Wanted, lines, units
from bot.web.view import View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Assignments:
    """Everything under `/assignments`."""

    def __init__(self, view: View, guard: Guard) -> None:
        self._view = view
        self._guard = guard
        self._shelf = view.house.conversation.desk.shelf

    def routes(self) -> list[Route]:
        """Where all this is found."""
        return [
            Route("/assignments", self.show),
            Route("/assignments.xlsx", self.workbook),
            Route("/assignments.ics", self.calendar),
        ]

    async def show(self, request: Request) -> Response:
        """The table."""
        visitor = self._guard.visitor(request)
        if not visitor.may_ask:
            return self._view.closed(request, visitor)
        plans, wanted = self._shelf.live(), Wanted.of(request.query_params)
        found = self._found(wanted)
        context: dict[str, Any] = {
            "lines": found,
            "wanted": wanted,
            "plans": plans,
            "units": units(plans),
        }
        return self._view.page(request, visitor, "assignments.html", **context)

    async def workbook(self, request: Request) -> Response:
        """The rows of the table as a spreadsheet."""
        visitor = self._guard.visitor(request)
        if not visitor.may_ask:
            return self._view.closed(request, visitor)
        wanted = Wanted.of(request.query_params)
        tasks = [line.task for line in self._found(wanted)]
        data = await asyncio.to_thread(tasks_workbook, tasks, wanted.unit, visitor.language)
        return _file(data, XLSX, "nhiem-vu.xlsx")

    async def calendar(self, request: Request) -> Response:
        """Those of the rows that have a date as a calendar."""
        visitor = self._guard.visitor(request)
        if not visitor.may_ask:
            return self._view.closed(request, visitor)
        told = calendar(self._found(Wanted.of(request.query_params)), visitor.language)
        return _file(told.encode(), "text/calendar; charset=utf-8", "thoi-han.ics")

    def _found(self, wanted: Wanted) -> list[Line]:
        return lines(self._shelf.live(), wanted, today_here())


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
