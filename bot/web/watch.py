"""For whoever watches the process: `/healthz` says ready, `/metrics` gives figures in Prometheus' text format."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.web.guard import Guard
from bot.web.view import View

TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Watch:
    """Figures only: no question, no name, no plan's words."""

    def __init__(self, view: View, guard: Guard) -> None:
        self._view, self._guard = view, guard
        self._started = time.time()

    def routes(self) -> list[Route]:
        """Where all this is found."""
        return [Route("/healthz", self.health), Route("/metrics", self.metrics)]

    async def health(self, request: Request) -> Response:
        """Ready to answer."""
        return JSONResponse({"ok": True})

    async def metrics(self, request: Request) -> Response:
        """For this machine and for admins."""
        visitor = self._guard.visitor(request)
        if not visitor.is_admin and not _is_here(request):
            return self._view.notice(request, visitor, "web.not_allowed", 403)
        return PlainTextResponse("".join(f"{line}\n" for line in self._told()), media_type=TEXT)

    def _told(self) -> Iterator[str]:
        desk = self._view.house.conversation.desk
        plans, counts = desk.shelf.live(), desk.log_book.counts()
        answered, seconds = desk.log_book.timing()
        yield from _metric("kehoach_start_time_seconds", "gauge", "When the bot started.", round(self._started))
        yield from _metric("kehoach_plans", "gauge", "Plans that answer.", len(plans))
        yield from _metric("kehoach_clauses", "gauge", "Their clauses.", sum(len(plan.clauses) for plan in plans))
        yield from _metric("kehoach_assignments", "gauge", "Their tasks.", sum(len(plan.assignments) for plan in plans))
        yield from _metric("kehoach_questions_30d", "gauge", "Questions of the last 30 days.", counts.questions)
        yield from _metric("kehoach_refused_30d", "gauge", "Those that no plan answers.", counts.refused)
        yield from _metric("kehoach_rated_good_30d", "gauge", "Answers rated right.", counts.good)
        yield from _metric("kehoach_rated_bad_30d", "gauge", "Answers rated wrong.", counts.bad)
        yield from _metric("kehoach_questions_total", "counter", "Questions ever answered or refused.", answered)
        yield from _metric("kehoach_answer_seconds_total", "counter", "Seconds they took.", round(seconds, 3))


def _metric(name: str, kind: str, meaning: str, value: float) -> tuple[str, str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", f"{name} {value}"


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
