"""From a request to its profile: what kind of work it is, how hard, how long, and what it needs.

This first estimator works by rules only: words and shapes in the prompt, the task's name, the description. It was not
trained on anything, so its probabilities rank well but are not calibrated. The work is bounded: the ends of the last
user turn are read, whatever its length; only sizes are taken over the whole conversation.
"""

import math
from collections.abc import Mapping

from modeldeck.domain.model import Capability
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Request
from modeldeck.engine.profiling.prompt_shape import DEMAND, HEAD, TAIL, Shape, find_words, language_of, read_shape
from modeldeck.engine.profiling.prompt_words import TASK_HINTS
from modeldeck.engine.profiling.tokens import conversation_tokens, estimate_tokens

LONG_TOKENS = 100_000
"""Input from which a prompt needs a long-context model."""

# Evidence, in logits.
_TASK = 5.0  # the task is named like the specialization
_TASK_WORD = 2.5  # a word in the task's name
_DESCRIBED = 1.6  # a word in the description
_FIRST_WORD, _FURTHER_WORD, _MOST_WORDS = 1.6, 0.6, 4
_AT_ENDS = 0.8  # words at the ends of a prompt, where the instruction usually stands, count more
_END = 250  # characters

_OPENING = 4  # characters; small talk opens a prompt, inside it is material (`translate: good morning`)
_SHORT_CHAT = 40  # characters
_LIKELY = 0.5
_NO_SIGNAL_CONFIDENCE = 0.5

_OUTPUT_TOKENS: Mapping[Specialization, int] = {
    Specialization.CODING: 700,
    Specialization.MATH: 500,
    Specialization.REASONING: 500,
    Specialization.CREATIVE: 700,
    Specialization.ROLEPLAY: 250,
    Specialization.QA: 250,
    Specialization.SUMMARIZATION: 250,
    Specialization.EXTRACTION: 200,
    Specialization.CLASSIFICATION: 20,
    Specialization.BRAINSTORMING: 400,
    Specialization.CHAT: 150,
}
"""Usual length of an answer, by our own reading; translation and rewriting answer as long as the prompt is."""

_DIFFICULTY: Mapping[Specialization, float] = {
    Specialization.MATH: 0.5,
    Specialization.REASONING: 0.5,
    Specialization.CODING: 0.3,
    Specialization.TRANSLATION: -0.4,
    Specialization.CLASSIFICATION: -0.5,
    Specialization.EXTRACTION: -0.3,
    Specialization.SUMMARIZATION: -0.3,
    Specialization.REWRITING: -0.4,
    Specialization.CHAT: -0.4,
}
"""What a kind of work adds to the difficulty, in logits around a moderate prompt."""

_LEVELS = ((0.35, Complexity.SIMPLE), (0.60, Complexity.MODERATE), (0.78, Complexity.COMPLEX))
_TRIVIAL_DIFFICULTY = 0.1
_MIDDLES: Mapping[Complexity, float] = {
    Complexity.TRIVIAL: 0.05,
    Complexity.SIMPLE: 0.2,
    Complexity.MODERATE: 0.5,
    Complexity.COMPLEX: 0.7,
    Complexity.EXPERT: 0.9,
}
"""The difficulty about the middle of each level, for a request that states its complexity."""


def analyze(request: Request) -> Profile:
    """The profile of a request; never fails, whatever the text.

    No signal means moderate with low confidence; trivial needs positive evidence (a greeting, or a short chat turn).
    """
    whole = request.text or _described(request)
    shape = read_shape(whole)
    probabilities = _softmax(_evidence(request, shape))
    specialization = max(probabilities, key=lambda kind: probabilities[kind])
    certainty = probabilities[specialization]
    signals = _signals(shape)
    if request.complexity is None:
        difficulty = _difficulty(shape, probabilities)
        complexity = _complexity(shape, specialization, certainty, difficulty, signals)
    else:
        difficulty, complexity = _MIDDLES[request.complexity], request.complexity
    trivial = complexity is Complexity.TRIVIAL
    input_tokens = _input_tokens(request)
    return Profile(
        specialization=specialization,
        probabilities=probabilities,
        complexity=complexity,
        difficulty=min(difficulty, _TRIVIAL_DIFFICULTY) if trivial else difficulty,
        confidence=certainty if signals or trivial else certainty * _NO_SIGNAL_CONFIDENCE,
        input_tokens=input_tokens,
        output_tokens=_output_tokens(request, probabilities, whole),
        needs=_needs(request, input_tokens),
        language=language_of(shape),
    )


def _described(request: Request) -> str:
    """A text for a request without a prompt: its description and the named inputs, each cut to what is read."""
    inputs = [f"{name}: {str(value)[: HEAD + TAIL]}" for name, value in list(request.inputs.items())[:20]]
    return "\n".join([*([request.description] if request.description else []), *inputs])


def _evidence(request: Request, shape: Shape) -> dict[Specialization, float]:
    evidence = {kind: _words(shape, kind) for kind in Specialization}
    for kind, amount in _structure(shape).items():
        evidence[kind] += amount
    if request.description and request.messages:
        described = find_words(request.description[:HEAD].lower())
        for kind in Specialization:
            evidence[kind] += _DESCRIBED * (kind.value in described)
    for kind, amount in _task_evidence(request.task).items():
        evidence[kind] += amount
    return evidence


def _words(shape: Shape, kind: Specialization) -> float:
    """Evidence from words: the first counts most, and words at the ends count more than those inside."""
    places = shape.words.get(kind.value)
    if not places or (kind is Specialization.CHAT and places[0] > _OPENING):
        return 0.0
    at_ends = places[0] < _END or places[-1] >= len(shape.text) - _END
    return _FIRST_WORD + _FURTHER_WORD * (min(len(places), _MOST_WORDS) - 1) + _AT_ENDS * at_ends


def _structure(shape: Shape) -> dict[Specialization, float]:
    """Evidence from structure, which holds in every language."""
    short = 0 < shape.length < _SHORT_CHAT
    several = shape.choices >= 3
    return {
        Specialization.CODING: 0.9 * min(4, shape.code) + 1.5 * (shape.fences > 0),
        Specialization.MATH: 0.8 * min(4, shape.equations) * (shape.code < 2),
        Specialization.ROLEPLAY: 1.5 * shape.action,
        Specialization.QA: 0.6 * shape.question + 0.8 * several,
        Specialization.REASONING: 0.6 * several,
        Specialization.CHAT: 0.4 + 0.8 * short + 3.0 * shape.greeting,
    }


def _task_evidence(task: str | None) -> dict[Specialization, float]:
    """A task named like a specialization says it outright; words in its name hint at one."""
    if task is None:
        return {}
    name = task.strip().lower()[:100]
    known = TASK_HINTS.get(name) or next((kind for kind in Specialization if kind.value == name), None)
    if known is not None:
        return {known: _TASK}
    found = find_words(name.replace("-", " ").replace("_", " "))
    return {kind: _TASK_WORD for kind in Specialization if kind.value in found}


def _softmax(evidence: Mapping[Specialization, float]) -> dict[Specialization, float]:
    highest = max(evidence.values())
    powers = {kind: math.exp(amount - highest) for kind, amount in evidence.items()}
    total = sum(powers.values())
    return {kind: power / total for kind, power in powers.items()}


def _signals(shape: Shape) -> int:
    """On how many signs of difficulty, or of ease, the estimate rests."""
    return sum(
        (
            bool(shape.words.get(DEMAND)),
            shape.hard_words > 0,
            0 < shape.length < 80,
            shape.length > 600,
            shape.equations > 2,
            shape.code > 3,
            shape.items > 2,
        )
    )


def _difficulty(shape: Shape, probabilities: Mapping[Specialization, float]) -> float:
    """Difficulty 0..1 on a logistic scale around a moderate prompt."""
    length = max(40, min(20_000, shape.length))
    logit = (
        -0.2
        + 0.17 * math.log2(length / 250)
        + 0.15 * min(6, len(shape.words.get(DEMAND, ())))
        + 0.60 * min(4, shape.hard_words)
        + 0.10 * min(6, shape.items)
        + 0.10 * min(6, shape.equations)
        + 0.05 * min(8, shape.code)
        + sum(_DIFFICULTY.get(kind, 0.0) * probability for kind, probability in probabilities.items())
    )
    return 1.0 / (1.0 + math.exp(-logit))


def _complexity(
    shape: Shape, specialization: Specialization, certainty: float, difficulty: float, signals: int
) -> Complexity:
    chat = specialization is Specialization.CHAT and certainty >= _LIKELY
    if shape.greeting or (chat and 0 < shape.length < _SHORT_CHAT and signals <= 1):
        return Complexity.TRIVIAL
    if not signals:
        return Complexity.MODERATE
    return next((level for limit, level in _LEVELS if difficulty < limit), Complexity.EXPERT)


def _input_tokens(request: Request) -> int:
    """The whole conversation; without a prompt also the description and the inputs, which then make one."""
    tokens = conversation_tokens(request.messages)
    if request.text:
        return tokens
    parts = [request.description or "", *(f"{name}: {value}" for name, value in request.inputs.items())]
    return tokens + sum(map(estimate_tokens, parts))


def _output_tokens(request: Request, probabilities: Mapping[Specialization, float], whole: str) -> int:
    as_long = max(20, estimate_tokens(whole))
    expected = sum(probability * _OUTPUT_TOKENS.get(kind, as_long) for kind, probability in probabilities.items())
    most = request.params.max_tokens
    return max(1, round(expected if most is None else min(expected, most)))


def _needs(request: Request, input_tokens: int) -> frozenset[Capability]:
    needs = {
        Capability.VISION: any(message.images for message in request.messages),
        Capability.TOOLS: bool(request.tools),
        Capability.JSON: request.params.json_schema is not None,
        Capability.LONG_CONTEXT: input_tokens > LONG_TOKENS,
    }
    return frozenset(capability for capability, needed in needs.items() if needed)
