"""How often, and in which way, questions and plans are spoiled in training."""

import random
from collections.abc import Callable

from training.noise import abbreviate, garble, mistype, strip_accents, strip_tones
from training.pairs import Question

UNACCENTED_CHANCE = 0.33
TONELESS_CHANCE = 0.04
ABBREVIATED_CHANCE = 0.15
MISTYPED_CHANCE = 0.08
LOWERED_CHANCE = 0.2
PLAN_GARBLED_CHANCE = 0.12
PLAN_UNACCENTED_CHANCE = 0.04
GARBLE_STRENGTHS = (0.35, 0.95)

Spoiler = Callable[[str], str]


def spoil_question(question: Question, rng: random.Random) -> str:
    """The question, often as somebody in a hurry types it."""
    text = question.text
    if question.lang in ("vi", "vi-abbr"):
        text = _as_typed(text, rng)
    if rng.random() < MISTYPED_CHANCE:
        text = mistype(text, rng)
    return text.lower() if rng.random() < LOWERED_CHANCE else text


def _as_typed(text: str, rng: random.Random) -> str:
    if rng.random() < ABBREVIATED_CHANCE:
        text = abbreviate(text, rng)
    chance = rng.random()
    if chance < UNACCENTED_CHANCE:
        return strip_accents(text)
    return strip_tones(text) if chance < UNACCENTED_CHANCE + TONELESS_CHANCE else text


def unspoiled(text: str) -> str:
    """The text as it is."""
    return text


def plan_spoiler(rng: random.Random) -> Spoiler:
    """What happens to every text of one plan: mostly nothing, sometimes a bad scan, sometimes no accents."""
    chance = rng.random()
    if chance < PLAN_GARBLED_CHANCE:
        strength = rng.uniform(*GARBLE_STRENGTHS)
        return lambda text: garble(text, rng, strength)
    if chance < PLAN_GARBLED_CHANCE + PLAN_UNACCENTED_CHANCE:
        return strip_accents
    return unspoiled
