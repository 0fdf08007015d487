"""Fine-tuning the pruned model on questions about plan clauses.

    python -m training.finetune --model build/e5-pruned --data training/data/pairs-*.jsonl --out models/kehoach-e5

A model trained before goes on from there with new files, and a third of the questions of the files it knows:

    python -m training.finetune --model build/e5-first --data NEW... --rehearse OLD... --epochs 1 --rate 4e-5 --out ...

Softmax over cosine x 40 among the candidates of a batch (see `batches`), all weights trained, AdamW with a one-cycle
rate, bfloat16 where the processor has it. The held-out plans of `plans.HELD_OUT` are never learnt from."""

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from training.batches import Batch, epoch
from training.folder import save_folder
from training.pairs import Pair, read_pairs, split, thinned

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


SCALE = 40.0
QUESTION_TOKENS = 64
REHEARSED_SHARE = 1 / 3
LOG_EVERY = 25
NO_CANDIDATE = -1e4


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run."""

    epochs: int = 3
    rate: float = 8e-5
    warm_up: float = 0.1
    weight_decay: float = 0.01
    passage_tokens: int = 128
    seed: int = 20260701


def batch_loss(batch: Batch, questions: Tensor, passages: Tensor) -> Tensor:
    """Each question against the clauses that are not its own; its clause and its line are right independently."""
    right = torch.tensor([[a.is_answered_by(c) for c in batch.candidates] for a in batch.asked])
    rivals = torch.tensor([[a.competes_with(c) for c in batch.candidates] for a in batch.asked])
    scores = questions @ passages.T * SCALE
    against = scores.masked_fill(~rivals, NO_CANDIDATE).logsumexp(dim=1, keepdim=True)
    losses = functional.softplus(against - scores) * right
    return (losses.sum(dim=1) / right.sum(dim=1)).mean()


def train(model: BertModel, tokenizer: PreTrainedTokenizerFast, pairs: list[Pair], recipe: Recipe) -> None:
    """Fine-tune the model in place."""
    batches = _all_batches(pairs, recipe)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=recipe.rate, total_steps=len(batches), pct_start=recipe.warm_up
    )
    started, recent = time.monotonic(), 0.0
    for step, batch in enumerate(batches, start=1):
        recent += _step(model, tokenizer, batch, optimizer, recipe)
        schedule.step()
        if step % LOG_EVERY == 0:
            print(f"{step}/{len(batches)} loss {recent / LOG_EVERY:.4f} {time.monotonic() - started:.0f} s", flush=True)
            recent = 0.0


def _all_batches(pairs: list[Pair], recipe: Recipe) -> list[Batch]:
    rng = random.Random(recipe.seed)
    return [batch for _ in range(recipe.epochs) for batch in epoch(pairs, rng)]


def _step(
    model: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    batch: Batch,
    optimizer: torch.optim.Optimizer,
    recipe: Recipe,
) -> float:
    questions = encode(model, tokenizer, [a.text for a in batch.asked], QUESTION_TOKENS)
    passages = encode(model, tokenizer, [c.text for c in batch.candidates], recipe.passage_tokens)
    loss = batch_loss(batch, questions, passages)
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def load(folder: Path) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """Network and tokenizer of a saved folder. No dropout: the noise in the texts does its work, at half the time."""
    config = BertConfig.from_pretrained(folder)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = BertModel.from_pretrained(folder, config=config, dtype=torch.float32)
    return model.train(), PreTrainedTokenizerFast.from_pretrained(folder)


def main() -> None:
    """Command line: train and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--rehearse", type=Path, nargs="+", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--rate", type=float, default=Recipe.rate)
    options = parser.parse_args()
    recipe = Recipe(epochs=options.epochs, rate=options.rate)
    torch.manual_seed(recipe.seed)
    old = thinned(read_pairs(options.rehearse), REHEARSED_SHARE, random.Random(recipe.seed))
    learnt, _ = split(read_pairs(options.data) + old)
    print(f"{len(learnt)} clauses, {sum(len(pair.questions) for pair in learnt)} questions", flush=True)
    model, tokenizer = load(options.model)
    train(model, tokenizer, learnt, recipe)
    save_folder(model, tokenizer, options.out)


if __name__ == "__main__":
    main()
