"""What can go wrong in this room. Every message says what to do, so that it can be shown as it is.

LibraryError
├── ModelMismatch    the index was made by another embedding model
├── ModelMissing     the embedding model's folder is not there
├── VectorsLost      vectors are missing or their files are torn
├── StoreUnreachable the Chroma server does not answer
├── CatalogUnreachable the database server does not let us in
├── LibraryBusy      another process is writing
├── CatalogTooNew    the catalog was written by a newer release
├── UnknownPlan      no such plan, version or scope
└── WrongState       the version cannot go from its state to the one asked for
"""

from __future__ import annotations


class LibraryError(Exception):
    """Any fault of the library that an admin can act on."""


class ModelMismatch(LibraryError):
    """Vectors of two models cannot be compared, so the index refuses to mix them."""

    def __init__(self, stored: str, wanted: str) -> None:
        super().__init__(
            f"The index was made with the embedding model {stored}, but the setting now names {wanted}. "
            "Run `kehoach reindex` to make the index anew, or set the former model again."
        )
        self.stored, self.wanted = stored, wanted


class ModelMissing(LibraryError):
    """The folder or name of the embedding model leads nowhere."""


class VectorsLost(LibraryError):
    """Vectors that should be there are not. The library makes them again; nobody should see this."""


class StoreUnreachable(LibraryError):
    """The setting names a Chroma server, and it does not answer."""


class CatalogUnreachable(LibraryError):
    """The setting names a database server, and it does not answer or does not know us."""


class LibraryBusy(LibraryError):
    """Another process holds the right to write."""


class CatalogTooNew(LibraryError):
    """This release does not know the catalog's schema."""


class UnknownPlan(LibraryError, LookupError):
    """No such plan, version or scope."""


class WrongState(LibraryError):
    """For example: publishing a version that was discarded."""
