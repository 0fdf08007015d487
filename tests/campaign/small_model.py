"""An embedding model of one layer with chance weights: what is kept and when is as with the shipped one, at no cost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from vectorstore.embedding import DEFAULT_MODEL

WIDTH = 12


def small_model(folder: Path) -> Path:
    """Write the model into a folder, with the shipped one's tokenizer."""
    shutil.copytree(DEFAULT_MODEL, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.md"))
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config |= {
        "hidden_size": WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": WIDTH,
        "max_position_embeddings": 128,
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    torch.manual_seed(18)
    save_file({name: torch.randn(shape) for name, shape in _shapes(config["vocab_size"])}, folder / "model.safetensors")
    return folder


def _shapes(words: int) -> list[tuple[str, tuple[int, ...]]]:
    tables = [("word", words), ("position", 128), ("token_type", 2)]
    shapes: list[tuple[str, tuple[int, ...]]] = [
        (f"embeddings.{name}_embeddings.weight", (size, WIDTH)) for name, size in tables
    ]
    layer = "encoder.layer.0"
    dense = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
    dense += [f"{layer}.attention.output.dense", f"{layer}.intermediate.dense", f"{layer}.output.dense"]
    norms = ["embeddings.LayerNorm", f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    shapes += [(f"{name}.weight", (WIDTH, WIDTH)) for name in dense]
    return shapes + [(f"{name}.bias", (WIDTH,)) for name in dense + norms] + [(f"{n}.weight", (WIDTH,)) for n in norms]
