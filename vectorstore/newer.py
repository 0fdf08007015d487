"""What other processes have published since Chroma's files were opened here: looked up in the catalog, beside Chroma.

Embedded Chroma keeps its index in memory and learns what another process adds only by being opened anew, for which it
reads all vectors there are: half a second for some hundred plans, and the more the larger the shelf. A process that
takes in a folder publishes every few seconds. So Chroma is opened anew once in many changes, and until then what is
newer is scored exactly. What is gone meanwhile does no harm: nobody finds its names in the catalog.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from vectorstore.matrix import Vectors
from vectorstore.plan_index import HALF, halves, next_id
from vectorstore.tables import PassageRow

MOST = 2_000  # passages that are looked up beside Chroma, some 5 ms a question
CHANGES = 50  # of plans, without Chroma's being opened anew


class Newer:
    """Passages that Chroma may not know. One thread writes it, any may read.

    Their ids are above those of all that was live when Chroma was opened: `next_id` never goes down.
    """

    def __init__(self, sessions: Callable[[], AbstractContextManager[Session]]) -> None:
        self._sessions = sessions
        self._generation = self._next = 0
        self._rows: tuple[Row[int, str, bytes], ...] = ()

    def none(self, generation: int) -> None:
        """Chroma, as it is or when it is opened next, knows all that is live."""
        with self._sessions() as session:
            self._generation, self._next, self._rows = generation, next_id(session), ()

    def noted(self, generation: int) -> bool:
        """Read what is newer; False where that is too much, and Chroma is better opened anew."""
        if generation - self._generation > CHANGES:
            return False
        columns = select(PassageRow.id, PassageRow.key, PassageRow.vectors)
        with self._sessions() as session:
            newer = columns.where(PassageRow.id >= self._next).order_by(PassageRow.id)
            found = session.execute(newer.limit(MOST + 1)).all()
        if found:
            self._rows, self._next = (*self._rows, *found), found[-1].id + 1
        return len(self._rows) <= MOST

    def nearest(self, query: Vectors, k: int) -> dict[str, float]:
        """The nearest of these passages: cosine by name."""
        rows = self._rows
        if not rows:
            return {}
        wholes = [row.vectors[: HALF * len(query)] for row in rows]  # those of their lines follow
        scores = halves(wholes, len(rows)) @ query
        return {rows[at].key: float(scores[at]) for at in np.argsort(-scores)[:k]}
