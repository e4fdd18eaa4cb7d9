"""What a value in `config.toml` may be beyond its type: ranges, addresses, names, and what does not go together."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from math import isfinite
from typing import Any

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.model import parse_capability
from modeldeck.domain.settings import QualityFloors, Settings
from modeldeck.domain.task import Mode
from modeldeck.storage.toml_text import KeyPath, TomlFile, shown

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_SCALE = 10
"""Thresholds above 1 and up to this are on a scale of ten, as users of older programs write them."""

Check = Callable[[Any], object]
"""Says by the truth of its answer whether a value is allowed."""


def _between(low: float, high: float) -> Check:
    return lambda value: low <= value <= high


def _positive(value: Any) -> bool:
    return isfinite(value) and value > 0


def _not_negative(value: Any) -> bool:
    return isfinite(value) and value >= 0


_SECONDS = ("a number of seconds above 0", _positive)
_MONEY = ("an amount of USD, 0 or more", _not_negative)
_SCORE = ("a score from 0 to 1", _between(0, 1))
_THRESHOLD = ("a score from 0 to 1, or above 1 up to 10", _between(0, _SCALE))
_COUNT = ("a whole number above 0", _positive)
_MILLISECONDS = ("a number of milliseconds above 0", _positive)
_NAME = ("a text that is not empty", lambda value: bool(value.strip()))
_MODEL_NAMES = ("a list of model names", lambda value: all(name.strip() for name in value))

# Key path (`*` stands for any name) -> what is allowed, and how to tell.
_RULES: Mapping[tuple[str, ...], tuple[str, Check]] = {
    ("providers", "*", "base_url"): ("an address that begins with http:// or https://", _ADDRESS.fullmatch),
    ("providers", "*", "api_key_env"): (
        "the name of an environment variable, never the key itself",
        _VARIABLE_NAME.fullmatch,
    ),
    ("providers", "*", "timeouts", "*"): _SECONDS,
    ("tiers", "*", "*"): _MODEL_NAMES,
    ("tasks", "*", "model"): _NAME,
    ("tasks", "*", "min_quality"): _THRESHOLD,
    ("tasks", "*", "max_cost_usd"): _MONEY,
    ("tasks", "*", "max_latency_ms"): _MILLISECONDS,
    ("tasks", "*", "context_needed"): _COUNT,
    ("selection", "default_model"): _NAME,
    ("selection", "last_resort"): _NAME,
    ("selection", "favourite_bonus"): _SCORE,
    ("selection", "floors", "*"): _THRESHOLD,
    ("fallback", "max_retries"): ("a whole number from 0 to 20", _between(0, 20)),
    ("fallback", "max_wait_s"): ("a number of seconds, 0 or more", _not_negative),
    ("fallback", "exclude_failed_minutes"): ("a number of minutes, 0 or more", _not_negative),
    ("budget", "session_usd"): _MONEY,
    ("budget", "day_usd"): _MONEY,
    ("budget", "month_usd"): _MONEY,
    ("budget", "soft_percent"): ("a number from 0 to 100", _between(0, 100)),
    ("models", "*", "price", "*"): _MONEY,
    ("models", "*", "context"): _COUNT,
    ("models", "*", "quality"): _SCORE,
    ("models", "*", "latency_ms"): _MILLISECONDS,
    ("models", "*", "tokens_per_second"): ("a number above 0", _positive),
    ("models", "*", "alias"): _NAME,
    ("savings", "baseline"): _NAME,
    ("ui", "theme"): _NAME,
}
_SECRET = frozenset({"api_key_env", "base_url"})
"""Where a misplaced key or password could stand: such a value is never repeated in a message."""


def check_settings(file: TomlFile, settings: Settings, known_providers: frozenset[str]) -> None:
    """Raise ConfigError for the first value that is out of range or contradicts another one."""
    for path, value in _leaves(settings, ()):
        given = _given(file.data, path)
        if isinstance(given, bool) != isinstance(value, bool) and given is not None:
            allowed = "true or false" if isinstance(value, bool) else "a number or a text"
            raise file.error(path, f"is {shown(given)}; allowed: {allowed}")
        allowed, holds = _rule(path)
        if not holds(value):
            what = "not allowed" if path[-1] in _SECRET else shown(value)
            raise file.error(path, f"is {what}; allowed: {allowed}")
    for check in (_check_providers, _check_tasks, _check_models, _check_timezone):
        check(file, settings, known_providers)


def normalised(settings: Settings) -> Settings:
    """The same settings with thresholds on the scale 0 to 1."""
    floors = settings.selection.floors
    scaled = {each.name: _threshold(getattr(floors, each.name)) for each in fields(QualityFloors)}
    selection = replace(settings.selection, floors=QualityFloors(**scaled))
    tasks = {
        name: task if task.min_quality is None else replace(task, min_quality=_threshold(task.min_quality))
        for name, task in settings.tasks.items()
    }
    return replace(settings, selection=selection, tasks=tasks)


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


def _check_providers(file: TomlFile, settings: Settings, known: frozenset[str]) -> None:
    for name, provider in settings.providers.items():
        if "/" in name or not name.strip():
            raise file.error(("providers", name), "is no provider name; allowed: a name without `/`")
        if name in known:
            continue
        missing = [key for key in ("kind", "base_url") if getattr(provider, key) is None]
        if missing:
            raise file.error(
                ("providers", name),
                f"is a provider of your own and lacks {' and '.join(missing)}",
                f"Known without further settings: {', '.join(sorted(known))}.",
            )


def _check_tasks(file: TomlFile, settings: Settings, known: frozenset[str]) -> None:
    for name, task in settings.tasks.items():
        if task.model is None and task.mode in (Mode.MANUAL, Mode.HYBRID):
            raise file.error(("tasks", name, "mode"), f"is {task.mode.value!r} but no model is given; add `model`")
        if task.model is not None and task.mode is Mode.AUTO:
            raise file.error(
                ("tasks", name, "model"),
                "is given although the mode is 'auto'; allowed with a model: mode 'manual' or 'hybrid'",
            )
        _check_capabilities(file, ("tasks", name, "capabilities"), task.capabilities)


def _check_models(file: TomlFile, settings: Settings, known: frozenset[str]) -> None:
    owners: dict[str, str] = {}
    for model, facts in settings.models.items():
        provider, _, native = model.partition("/")
        if not provider or not native:
            raise file.error(("models", model), "is no model id; allowed: provider/name, as `modeldeck list` shows it")
        _check_capabilities(file, ("models", model, "capabilities"), facts.capabilities or ())
        if facts.alias is not None and facts.alias in owners:
            raise file.error(("models", model, "alias"), f"is also the alias of {owners[facts.alias]}")
        if facts.alias is not None:
            owners[facts.alias] = model


def _check_capabilities(file: TomlFile, path: KeyPath, names: tuple[str, ...]) -> None:
    for name in names:
        try:
            parse_capability(name)
        except ValueError as error:
            raise file.error(path, f"names an {error}") from None


def _check_timezone(file: TomlFile, settings: Settings, known: frozenset[str]) -> None:
    if settings.ui.timezone is None:
        return
    from modeldeck.clock import find_zone

    try:
        find_zone(settings.ui.timezone)
    except ConfigError as error:
        raise file.error(("ui", "timezone"), f"is {shown(settings.ui.timezone)}, unknown here", error.hint) from None
