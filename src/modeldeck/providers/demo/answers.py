"""What a simulated model answers: text chosen by seed, model and prompt, so that the same question repeats itself."""

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from modeldeck.domain.record import record
from modeldeck.providers.demo import text
from modeldeck.providers.demo.models import DemoModel

_SUBJECTS = {
    "code": re.compile(r"\b(?:code|function|python|rust|sql|script|bug|regex|program|class|refactor)\b", re.IGNORECASE),
    "math": re.compile(
        r"\b(?:calculate|how many|sum|equation|prove|probability|math)\b|\d\s*[-+*/]\s*\d", re.IGNORECASE
    ),
    "summary": re.compile(r"\b(?:summari[sz]e|summary|shorten|key points|tl;?dr)\b", re.IGNORECASE),
    "translation": re.compile(r"\b(?:translat\w+|in (?:german|french|spanish|japanese|chinese))\b", re.IGNORECASE),
    "table": re.compile(r"\b(?:table|compare|comparison|versus|vs|list)\b", re.IGNORECASE),
    "story": re.compile(r"\b(?:story|poem|essay|write about|describe)\b", re.IGNORECASE),
}
_LONG = re.compile(r"\b(?:long|detailed|essay|thorough|everything|at length)\b", re.IGNORECASE)
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|thanks?|thank you|ok|okay|good (?:morning|day|evening))\b.{0,16}", re.IGNORECASE
)
_QUOTED = 60  # characters of the prompt that the answer repeats
_EFFORT = {"minimal": 1, "low": 2, "medium": 4, "high": 6, "xhigh": 8, "max": 8}
_SCHEMA_DEPTH = 8  # a schema may refer to itself

# Ordinary text counts four characters to a token, Chinese, Japanese, Korean and emoji two.
_TOKEN = re.compile("[^\u2e80-\U0010ffff]{1,4}|[\u2e80-\U0010ffff]{1,2}")
_WIDE = re.compile("[\u2e80-\U0010ffff]")


@record
class SimulatedAnswer:
    """Thinking and text as tokens, in the order in which they stream."""

    thinking: tuple[str, ...]
    text: tuple[str, ...]

    def cut(self, max_tokens: int | None) -> "SimulatedAnswer":
        """The first `max_tokens` tokens of thinking and text together."""
        if max_tokens is None:
            return self
        thinking = self.thinking[:max_tokens]
        return SimulatedAnswer(thinking, self.text[: max_tokens - len(thinking)])

    @property
    def tokens(self) -> int:
        return len(self.thinking) + len(self.text)


def compose(
    model: DemoModel, prompt: str, seed: str, *, effort: str | None, schema: Mapping[str, Any] | None
) -> SimulatedAnswer:
    """The whole answer of a model to a prompt.

    Args:
        model: who answers.
        prompt: the last user turn.
        seed: of the whole simulation.
        effort: OpenRouter's reasoning effort, None when the request names none.
        schema: a JSON schema that the answer has to follow.
    """
    random = Random(f"{seed}\n{model.id}\n{prompt}")
    thinking = _think(model, random, effort)
    if "empty" in model.words:
        return SimulatedAnswer(thinking, ())
    if schema is not None:
        return SimulatedAnswer(thinking, split_tokens(json.dumps(_example(schema), indent=2)))
    sections = _sections(prompt, random)
    opening = f"> **Simulated answer.** No language model was asked; `{model.id}` is made up."
    echo = f"You wrote: “{_quote(prompt)}”" if prompt.strip() else "There was no text in the prompt."
    return SimulatedAnswer(thinking, split_tokens("\n\n".join([opening, echo, *sections, text.CLOSING])))


def split_tokens(words: str) -> tuple[str, ...]:
    """Text cut into the simulation's tokens."""
    return tuple(_TOKEN.findall(words))


def count_tokens(words: str) -> int:
    """Tokens of a text without cutting it; at most a few off `split_tokens`, and fast for megabytes."""
    wide = 0 if words.isascii() else len(_WIDE.findall(words))
    return (len(words) - wide + 3) // 4 + (wide + 1) // 2


def _sections(prompt: str, random: Random) -> list[str]:
    wanted = [subject for subject, words in _SUBJECTS.items() if words.search(prompt)]
    pool = list(dict.fromkeys(section for subject in wanted for section in text.BY_SUBJECT[subject]))
    if _LONG.search(prompt):
        rest = [section for section in text.EVERY if section not in pool]
        return pool + random.sample(rest, len(rest))
    if pool:
        return pool[: random.randint(1, 3)]
    if not prompt.strip() or _SMALL_TALK.fullmatch(prompt.strip()):
        return []
    return random.sample(text.EVERY, random.randint(2, 5))


def _think(model: DemoModel, random: Random, effort: str | None) -> tuple[str, ...]:
    if not model.reasons or (effort == "none" and "thinks" not in model.abilities):
        return ()
    count = _EFFORT.get(effort or "medium", _EFFORT["medium"])
    return split_tokens(" ".join(random.sample(text.THOUGHTS, count)))


def _quote(prompt: str) -> str:
    line = " ".join(prompt.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


def _example(schema: Any, depth: int = 0) -> Any:
    """A small value that follows a JSON schema, as far as a few keywords go."""
    if not isinstance(schema, Mapping) or depth > _SCHEMA_DEPTH:
        return None
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties")
        entries = properties.items() if isinstance(properties, Mapping) else ()
        return {name: _example(entry, depth + 1) for name, entry in entries}
    if kind == "array":
        return [_example(schema.get("items"), depth + 1)]
    return {"string": "simulated", "integer": 7, "number": 0.5, "boolean": True}.get(str(kind))
