"""Names of files that come from outside, made into names within our own folders and nothing more."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

BYTES = 230  # a name may have 255, and a Vietnamese letter takes three; a number or a suffix of ours still fits
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def safe_name(name: str) -> str:
    """A file's name without folders, control characters and leading dots; Vietnamese letters stay."""
    name = name.encode("utf-8", "replace").decode()  # bytes that are no letters come as lone surrogates
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _UNSAFE.sub("_", last).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    return _fitting(stem or suffix, f"{dot}{suffix[:8]}" if stem else "") or "ke-hoach"


def free_name(folder: Path, name: str) -> Path:
    """Where a file of this name can be put without taking another's place: "a.docx", "a (2).docx", …"""
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    path, number = folder / _fitting(stem, f"{dot}{suffix}"), 1
    stem = path.name.removesuffix(f"{dot}{suffix}")
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{stem} ({number}){dot}{suffix}"
    return path


def _fitting(stem: str, suffix: str) -> str:
    """A name that every file system takes; only the stem gives way, and never in the middle of a letter."""
    return stem.encode()[: BYTES - len(suffix.encode())].decode(errors="ignore") + suffix
