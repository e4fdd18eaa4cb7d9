"""What a value in `config.toml` may be beyond its type: ranges, addresses, amounts, scores, as one table."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from math import isfinite
from typing import Any

from modeldeck.domain.errors import ConfigProblem
from modeldeck.domain.settings import QualityFloors, Settings
from modeldeck.domain.task import TASK_ALIASES
from modeldeck.storage.settings.toml_text import KeyPath, TomlFile, looks_like_a_key, shown

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")
_SCALE = 10
"""Thresholds above 1 and up to this are on a scale of ten, as users of older programs write them."""

Check = Callable[[Any], object]
"""Says by the truth of its answer whether a value is allowed."""


def _between(low: float, high: float) -> Check:
    return lambda value: low <= value <= high


def _positive(value: Any) -> bool:
    return _finite(value) and value > 0


def _not_negative(value: Any) -> bool:
    return _finite(value) and value >= 0


def _finite(value: Any) -> bool:
    return isinstance(value, int) or isfinite(value)  # the float of a large integer would overflow


def _is_variable_name(value: str) -> bool:
    return _VARIABLE_NAME.fullmatch(value) is not None and not looks_like_a_key(value)


_SECONDS = ("a number of seconds above 0", _positive)
_MINUTES = ("a number of minutes above 0", _positive)
_MILLISECONDS = ("a number of milliseconds above 0", _positive)
_MONEY = ("an amount of USD, 0 or more", _not_negative)
_SCORE = ("a score from 0 to 1", _between(0, 1))
_THRESHOLD = ("a score from 0 to 1, or above 1 up to 10", _between(0, _SCALE))
_COUNT = ("a whole number above 0", _positive)
_NAME = ("a text that is not empty", lambda value: bool(value.strip()))
_MODEL_NAMES = ("a list of model names", lambda value: all(name.strip() for name in value))

# Key path (`*` stands for any name) -> what is allowed, and how to tell.
_RULES: Mapping[tuple[str, ...], tuple[str, Check]] = {
    ("providers", "*", "base_url"): (
        "an address that begins with http:// or https://, without user, password or query",
        _ADDRESS.fullmatch,
    ),
    ("providers", "*", "api_key_env"): (
        "the name of an environment variable, never the key itself",
        _is_variable_name,
    ),
    ("providers", "*", "timeouts", "*"): _SECONDS,
    ("providers", "*", "limits", "*"): _COUNT,
    ("tiers", "*", "*"): _MODEL_NAMES,
    ("tasks", "*", "model"): _NAME,
    ("tasks", "*", "min_quality"): _THRESHOLD,
    ("tasks", "*", "max_cost_usd"): _MONEY,
    ("tasks", "*", "max_latency_ms"): _MILLISECONDS,
    ("tasks", "*", "context_needed"): _COUNT,
    ("selection", "default_model"): _NAME,
    ("selection", "last_resort"): _NAME,
    ("selection", "favourite_bonus"): _SCORE,
    ("selection", "exploration"): ("a share from 0 to 1", _between(0, 1)),
    ("selection", "floors", "*"): _THRESHOLD,
    ("selection", "weights", "*", "*"): ("a weight, 0 or more", _not_negative),
    ("fallback", "max_retries"): ("a whole number from 0 to 20", _between(0, 20)),
    ("fallback", "max_wait_s"): ("a number of seconds, 0 or more", _not_negative),
    ("fallback", "exclude_failed_minutes"): ("a number of minutes, 0 or more", _not_negative),
    ("budget", "session_usd"): _MONEY,
    ("budget", "day_usd"): _MONEY,
    ("budget", "month_usd"): _MONEY,
    ("budget", "soft_percent"): ("a number from 0 to 100", _between(0, 100)),
    ("budget", "tasks", "*", "*"): _MONEY,
    ("limits", "*"): _COUNT,
    ("filters", "max_price"): _MONEY,
    ("filters", "min_context"): _COUNT,
    ("models", "*", "price", "*"): _MONEY,
    ("models", "*", "context"): _COUNT,
    ("models", "*", "quality"): _SCORE,
    ("models", "*", "specialization", "*"): _SCORE,
    ("models", "*", "safety"): _SCORE,
    ("models", "*", "latency_ms"): _MILLISECONDS,
    ("models", "*", "tokens_per_second"): ("a number above 0", _positive),
    ("models", "*", "alias"): _NAME,
    ("local", "*"): _COUNT,
    ("monitoring", "retention_days"): ("a whole number of days from 1 to 36500", _between(1, 36_500)),
    ("monitoring", "health_check_minutes"): _MINUTES,
    ("safety", "min_safety"): _THRESHOLD,
    ("savings", "baseline"): _NAME,
    ("keymap", "*"): ("a key, or several with commas between", lambda value: bool(value.strip())),
    ("ui", "theme"): _NAME,
}
_SECRET = frozenset({"api_key_env", "base_url"})
"""Where a misplaced key or password could stand: such a value is never repeated in a message."""


def out_of_range(file: TomlFile, settings: Settings) -> Iterator[ConfigProblem]:
    """One problem for each value that its rule does not allow, in the order of the areas."""
    for path, value in _leaves(settings, ()):
        given = _given(file.data, path)
        if isinstance(given, bool) != isinstance(value, bool) and given is not None:
            allowed = "true or false" if isinstance(value, bool) else "a number or a text"
            yield file.problem(path, f"is {shown(given)}; allowed: {allowed}")
            continue
        allowed, holds = _rule(path)
        if not holds(value):
            what = "not allowed" if path[-1] in _SECRET else shown(value if given is None else given)
            yield file.problem(path, f"is {what}; allowed: {allowed}")


def normalised(settings: Settings) -> Settings:
    """The same settings with thresholds on the scale 0 to 1 and budgets under the tasks' full names."""
    floors = settings.selection.floors
    scaled = {each.name: _threshold(getattr(floors, each.name)) for each in fields(QualityFloors)}
    tasks = {
        name: task if task.min_quality is None else replace(task, min_quality=_threshold(task.min_quality))
        for name, task in settings.tasks.items()
    }
    budgets = {TASK_ALIASES.get(name, name): budget for name, budget in settings.budget.tasks.items()}
    safety = settings.safety
    if safety.min_safety is not None:
        safety = replace(safety, min_safety=_threshold(safety.min_safety))
    return replace(
        settings,
        selection=replace(settings.selection, floors=QualityFloors(**scaled)),
        tasks=tasks,
        budget=replace(settings.budget, tasks=budgets),
        safety=safety,
    )


def _threshold(score: float) -> float:
    return score / _SCALE if score > 1 else score


def _rule(path: KeyPath) -> tuple[str, Check]:
    for pattern, rule in _RULES.items():
        if len(pattern) == len(path) and all(one in ("*", other) for one, other in zip(pattern, path, strict=True)):
            return rule
    return "", lambda _: True


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is set, with its key path."""
    if is_dataclass(value):
        for each in fields(value):
            yield from _leaves(getattr(value, each.name), (*path, each.name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif value is not None:
        yield path, value


def _given(data: Any, path: KeyPath) -> Any:
    """What the file itself says at a key path; None where it says nothing."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data
