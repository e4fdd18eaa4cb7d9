"""How many tokens a text will probably be, without any tokenizer: characters by script, in bounded time."""

import re
from collections.abc import Iterable

from modeldeck.domain.request import Message

LATIN_CHARACTERS = 4.0
OTHER_CHARACTERS = 3.0  # Cyrillic, Greek, Arabic, Indic scripts
WIDE_CHARACTERS = 1.6  # Chinese, Japanese, Korean
MARGIN = 1.1
"""Estimates are raised by this, because a window that overflows costs more than one that is not filled."""
PER_MESSAGE = 4
"""Tokens that a chat template puts around each turn."""
PER_IMAGE = 1_000
"""Tokens of one input image: the middle of what the vendors' rules give for a screen-sized picture."""

_COUNTED = 8_000  # characters that are counted one by one; longer texts are sampled
_SAMPLES = 40
_SAMPLE = 100
_OTHER = re.compile("[\u0370-\u2e7f]")
_WIDE = re.compile("[\u2e80-\U0003ffff]")


def estimate_tokens(text: str) -> int:
    """Tokens of a text: characters / 4 in Latin script, / 3 in other alphabets, / 1.6 in CJK."""
    if not text:
        return 0
    if text.isascii():
        return max(1, round(len(text) / LATIN_CHARACTERS))
    sample = text if len(text) <= _COUNTED else _sample(text)
    wide, other = len(_WIDE.findall(sample)), len(_OTHER.findall(sample))
    latin = len(sample) - wide - other
    tokens = latin / LATIN_CHARACTERS + other / OTHER_CHARACTERS + wide / WIDE_CHARACTERS
    return max(1, round(tokens * len(text) / len(sample)))


def conversation_tokens(messages: Iterable[Message]) -> int:
    """Input tokens of a whole conversation, system message and images included, with the margin."""
    tokens = sum(estimate_tokens(message.text) + PER_MESSAGE + PER_IMAGE * len(message.images) for message in messages)
    return round(tokens * MARGIN)


def _sample(text: str) -> str:
    step = (len(text) - _SAMPLE) / (_SAMPLES - 1)
    return "".join(text[int(number * step) : int(number * step) + _SAMPLE] for number in range(_SAMPLES))
