"""What can be counted in a prompt: its words by kind, and its structure, which looks alike in every language.

Only the first 1,400 and the last 600 characters are read, so that a prompt of a megabyte costs no more than a page.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from modeldeck.domain.record import record
from modeldeck.engine.profiling.prompt_words import DEMANDS, GREETINGS, HARD, STOP_WORDS, WORDS
from modeldeck.engine.profiling.vocabulary import Vocabulary

HEAD, TAIL = 1_400, 600
"""Characters read from the beginning and the end of a prompt."""

DEMAND, HARD_WORD, GREETING = "demand", "hard", "greeting"
"""Labels of words that say something about difficulty, beside the specializations."""

_CODE_LINE = re.compile(
    r"^[ \t]*(?:def |class |import |from [\w.]+ import|#include|function |const |let |var |public |private |static "
    r"|if ?\(|for ?\(|while ?\(|return\b|SELECT |INSERT |CREATE |</?[a-z]+[ >/]|\}|@\w+|fn |func |package |using )",
    re.MULTILINE,
)
_EQUATION = re.compile(
    r"\d\s?[-+*/^=×÷<>]\s?\d|[a-z]\s?[=^]\s?-?\d|\d[a-z]\b\s?[-+=]|\$[^$\n]{1,80}\$|\\(?:frac|sqrt|int|sum|cdot|leq)"
)
_CHOICE_LINE = re.compile(r"^[ \t]*\(?[A-Ea-e1-5][.):][ \t]?\S", re.MULTILINE)
_LIST_LINE = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]", re.MULTILINE)
_ACTION = re.compile(r"\*[a-z][^*\n]{2,80}\*")

_SCRIPTS: Sequence[tuple[str, re.Pattern[str], float]] = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.1),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.2),
    ("uk", re.compile("[іїєґ]"), 0.03),
    ("ru", re.compile("[\u0400-\u04ff]"), 0.2),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.2),
    ("he", re.compile("[\u0590-\u05ff]"), 0.2),
    ("hi", re.compile("[\u0900-\u097f]"), 0.2),
    ("el", re.compile("[\u0370-\u03ff]"), 0.2),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.2),
)
"""Language, its letters, and the share of them that tells it; English names and code may fill the rest."""


@record
class Shape:
    """Counts of one prompt; `text` is the part that is read, in lower case, `length` that of the whole prompt.

    `words` holds the places where words of each specialization, and of the labels above, begin in `text`.
    `greeting`: the prompt is a greeting or thanks and hardly more.
    """

    text: str
    length: int
    words: Mapping[str, Sequence[int]]
    code: int
    fences: int
    equations: int
    choices: int
    items: int
    action: bool
    question: bool
    greeting: bool

    @property
    def hard_words(self) -> int:
        """How many different words of hard fields occur."""
        return len({self.text[at : at + 8] for at in self.words.get(HARD_WORD, ())})


_LONGEST_GREETING = 50  # characters


def read_shape(prompt: str) -> Shape:
    """Count everything; never fails, in time bounded by HEAD + TAIL."""
    cut = prompt if len(prompt) <= HEAD + TAIL else f"{prompt[:HEAD]}\n{prompt[-TAIL:]}"
    text = cut.lower()
    words = find_words(text)
    start = len(text) - len(text.lstrip(" \t\n¡¿\"'"))
    greets = bool(words.get(GREETING)) and words[GREETING][0] <= start
    return Shape(
        text=text,
        length=len(prompt),
        words=words,
        code=len(_CODE_LINE.findall(cut)),
        fences=cut.count("```"),
        equations=len(_EQUATION.findall(text)),
        choices=len(_CHOICE_LINE.findall(cut)),
        items=len(_LIST_LINE.findall(cut)),
        action=_ACTION.search(text) is not None,
        question=text.rstrip().endswith(("?", "？", "؟")),
        greeting=greets and len(prompt) <= _LONGEST_GREETING and len(text.split()) <= 6,
    )


def find_words(text: str) -> Mapping[str, Sequence[int]]:
    """Where words of each specialization and label begin in a lower-case text."""
    return _vocabulary().find(text)


def language_of(shape: Shape) -> str | None:
    """ISO 639-1 code by the script, or else by the commonest stop words; None when neither tells."""
    text = shape.text
    if not text.isascii():
        letters = sum(character.isalpha() for character in text)
        for language, script, share in _SCRIPTS:
            if letters and len(script.findall(text)) > letters * share:
                return language
    words = [word.strip(".,:;!?\"'()¿¡") for word in text.split()[:300]]
    counts = {language: sum(word in stop for word in words) for language, stop in _stop_words().items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None


# Made at the first prompt: a command that only lists models need not wait for it.


@cache
def _vocabulary() -> Vocabulary:
    entries = [(kind.value, block) for kind, block in WORDS.items()]
    return Vocabulary([*entries, (DEMAND, DEMANDS), (HARD_WORD, HARD), (GREETING, GREETINGS)])


@cache
def _stop_words() -> Mapping[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}
