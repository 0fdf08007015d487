"""Texts into normalised vectors with gradients, in length-sorted groups so that little is spent on padding."""

import torch
from torch import Tensor
from torch.nn import functional
from transformers import BertModel, PreTrainedTokenizerFast

GROUP = 12


def encode(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: list[str], max_tokens: int) -> Tensor:
    """One unit vector a text, in the order given."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    groups = [order[i : i + GROUP] for i in range(0, len(order), GROUP)]
    vectors = [_encode_group(model, tokenizer, [texts[i] for i in group], max_tokens) for group in groups]
    back = torch.tensor(order).argsort()
    return torch.cat(vectors)[back]


def _encode_group(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: list[str], max_tokens: int) -> Tensor:
    """Mean of the token vectors, as the pooling layer of the finished folder does it."""
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=max_tokens, return_tensors="pt")
    mask = tokens["attention_mask"]
    with torch.autocast("cpu", torch.bfloat16):
        states = model(input_ids=tokens["input_ids"], attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    mean = (states.float() * weights).sum(1) / weights.sum(1)
    return functional.normalize(mean, dim=-1)
