"""The bot's search as a LangChain retriever, for anyone who wants just that: verbatim documents, the best first."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.catalog import Catalog
from vectorstore.plan_index import Scope
from vectorstore.search import Hit, Search


class ClauseRetriever(BaseRetriever):
    """Passages of the live plans. `scopes` narrows it to certain versions; `k` is the number of documents."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    catalog: Catalog
    scopes: tuple[Scope, ...] | None = None
    k: int = 8

    def hits(self, query: str, scopes: Sequence[Scope] | None = None, variants: Sequence[str] = ()) -> list[Hit]:
        """Every passage of the scope in reading order: costs what the scope holds."""
        wanted = self.scopes if scopes is None else scopes
        return self.search.every(query, variants, self.catalog.live_keys() if wanted is None else wanted)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [self._document(hit) for hit in self.search.candidates(query, (), self.scopes, self.k)]

    def _document(self, hit: Hit) -> Document:
        """Its content is cut from the canonical text, so a quote of it can be checked by the offsets."""
        version = self.catalog.version(*hit.scope)
        span = hit.passage.span
        metadata = {
            "plan_id": hit.plan_id,
            "version": hit.version,
            "file": version.file,
            "address": hit.passage.address,
            "start": span.start,
            "end": span.end,
            "page": version.page(span.start),
        }
        return Document(page_content=span.of(version.text), metadata=metadata)
