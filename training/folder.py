"""Saving a model as a sentence-transformers folder: mean pooling, normalised vectors, E5 prefixes.

Half precision halves the files; the configuration still says float32, so that a plain `SentenceTransformer(folder)`
computes in float32 (half precision is slow on a CPU). The small configuration files are written in the form that
sentence-transformers 3 to 6 all read.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertModel, PreTrainedTokenizerFast

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
