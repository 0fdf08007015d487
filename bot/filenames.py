"""Names of files that come from outside, made into names within our own folders and nothing more."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

LONGEST = 120
BYTES = 240  # a name may have 255; a number or a suffix of ours still fits
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def safe_name(name: str) -> str:
    """A file's name without folders, control characters and leading dots; Vietnamese letters stay."""
    name = name.encode("utf-8", "replace").decode()  # bytes that are no letters come as lone surrogates
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _UNSAFE.sub("_", last).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    return f"{(stem or suffix)[:LONGEST]}{dot if stem else ''}{suffix[:8] if stem else ''}" or "ke-hoach"


def free_name(folder: Path, name: str) -> Path:
    """Where a file of this name can be put without taking another's place: "a.docx", "a (2).docx", …"""
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    while len(f"{stem}{dot}{suffix}".encode()) > BYTES:
        stem = stem[:-1]
    path, number = folder / f"{stem}{dot}{suffix}", 1
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{stem} ({number}){dot}{suffix}"
    return path
