"""A tiny CrossEncoder of random weights with the shipped model's tokenizer, saved as one from the hub would be."""

from __future__ import annotations

from pathlib import Path

from vectorstore.embedding import DEFAULT_MODEL


def make_cross_encoder(folder: Path, labels: int = 1) -> str:
    """The folder, with a model of one narrow layer in it."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    config = BertConfig.from_pretrained(DEFAULT_MODEL, num_labels=labels, initializer_range=0.5)
    config.hidden_size, config.intermediate_size = 32, 64
    config.num_hidden_layers, config.num_attention_heads = 1, 2
    with torch.random.fork_rng():
        torch.manual_seed(1)
        BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(DEFAULT_MODEL).save_pretrained(folder)
    return str(folder)
