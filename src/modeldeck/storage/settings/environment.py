"""The layer of environment variables that people already have, over the settings files."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from modeldeck.domain.errors import ConfigError, ConfigProblem
from modeldeck.domain.loaded import EnvironmentTask, LoadedSettings
from modeldeck.domain.settings import ProviderSettings, Settings, TierSettings
from modeldeck.domain.task import TASK_ALIASES, Tier
from modeldeck.storage.settings.toml_text import shown

_DEFAULT_MODEL = "AI_DEFAULT_MODEL"
_FREE_ONLY = "OPENROUTER_SHOW_FREE_ONLY"
_FREE_FIRST = "OPENROUTER_PREFER_FREE_MODELS"
_MAX_COST = "OPENROUTER_MAX_COST_PER_TOKEN"
_TASK_MODEL = re.compile(r"AI_([A-Z0-9_]+)_MODEL")
_FREE_MODEL = re.compile(r"MODEL_FREE_(PREMIUM|BUDGET|FALLBACK)_(\d+)")
_TASK_OF_VARIABLE = {"preference": "preference_extraction", **TASK_ALIASES}
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def apply_environment(loaded: LoadedSettings, environment: Mapping[str, str]) -> LoadedSettings:
    """Lay the variables over the settings; empty ones count as absent.

    Raises:
        ConfigError: a variable holds something that it cannot mean. Ignoring it could cost money.
    """
    variables = {name: value.strip() for name, value in environment.items() if value.strip()}
    origins = dict(loaded.origins)
    settings = _with_tiers(loaded.settings, variables, origins)
    settings = _with_defaults(settings, variables, origins)
    loaded = replace(loaded, settings=settings, environment_tasks=_task_models(variables), origins=origins)
    return _with_highest_price(loaded, variables, origins)


def _with_tiers(settings: Settings, variables: Mapping[str, str], origins: dict[str, str]) -> Settings:
    tiers = dict(settings.tiers)
    for tier in Tier:
        paid = variables.get(f"MODEL_{tier.name}")
        free = _free_models(tier, variables)
        known = tiers.get(tier, TierSettings())
        if paid:
            known = replace(known, paid=(paid,))
            origins[f"tiers.{tier}.paid"] = f"environment MODEL_{tier.name}"
        if free:
            known = replace(known, free=free)
            origins[f"tiers.{tier}.free"] = f"environment MODEL_FREE_{tier.name}_*"
        if paid or free:
            tiers[tier] = known
    return replace(settings, tiers=tiers)


def _free_models(tier: Tier, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The values of `MODEL_FREE_<TIER>_1`, `_2`, ... in the order of their numbers."""
    found = [(match, model) for name, model in variables.items() if (match := _FREE_MODEL.fullmatch(name))]
    return tuple(model for match, model in sorted(found, key=lambda each: int(each[0][2])) if match[1] == tier.name)


def _with_defaults(settings: Settings, variables: Mapping[str, str], origins: dict[str, str]) -> Settings:
    if _DEFAULT_MODEL in variables:
        settings = replace(settings, selection=replace(settings.selection, default_model=variables[_DEFAULT_MODEL]))
        origins["selection.default_model"] = f"environment {_DEFAULT_MODEL}"
    if _FREE_FIRST in variables:
        free_first = _flag(_FREE_FIRST, variables)
        settings = replace(settings, selection=replace(settings.selection, free_first=free_first))
        origins["selection.free_first"] = f"environment {_FREE_FIRST}"
    if _FREE_ONLY in variables:
        openrouter = settings.providers.get("openrouter", ProviderSettings())
        changed = replace(openrouter, free_only=_flag(_FREE_ONLY, variables))
        settings = replace(settings, providers={**settings.providers, "openrouter": changed})
        origins["providers.openrouter.free_only"] = f"environment {_FREE_ONLY}"
    return settings


def _task_models(variables: Mapping[str, str]) -> tuple[EnvironmentTask, ...]:
    """Models that `AI_<TASK>_MODEL` variables hold; a task of the person's own is as good as a known one."""
    found = []
    for name, model in sorted(variables.items()):
        match = _TASK_MODEL.fullmatch(name)
        if match and name != _DEFAULT_MODEL:
            task = match[1].lower()
            found.append(EnvironmentTask(_TASK_OF_VARIABLE.get(task, task), model, name))
    return tuple(found)


def _with_highest_price(
    loaded: LoadedSettings, variables: Mapping[str, str], origins: dict[str, str]
) -> LoadedSettings:
    """No task may use a model listed above `OPENROUTER_MAX_COST_PER_TOKEN` (USD per token)."""
    if _MAX_COST not in variables:
        return loaded
    limit = _amount(_MAX_COST, variables)
    origins["tasks.*.max_cost_per_token"] = f"environment {_MAX_COST}"
    tasks = (replace(task, criteria=replace(task.criteria, max_cost_per_token=limit)) for task in loaded.tasks)
    return replace(loaded, tasks=tuple(tasks), origins=origins)


def _flag(name: str, variables: Mapping[str, str]) -> bool:
    word = variables[name].lower()
    if word not in _TRUE | _FALSE:
        raise _wrong(name, variables[name], "true or false")
    return word in _TRUE


def _amount(name: str, variables: Mapping[str, str]) -> Decimal:
    try:
        amount = Decimal(variables[name])
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise _wrong(name, variables[name], "an amount of USD per token, 0 or more, e.g. 0.000001")
    return amount


def _wrong(name: str, value: str, allowed: str) -> ConfigError:
    message = f"The environment variable {name} is {shown(value)}; allowed: {allowed}."
    return ConfigError(message, problems=(ConfigProblem(None, name, message),))
