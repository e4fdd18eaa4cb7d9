"""What does not go together in `config.toml`: names that mean nothing here, and values that exclude each other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple

from modeldeck.domain.errors import ConfigError, ConfigProblem
from modeldeck.domain.model import parse_capability
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.domain.task import TASK_ALIASES, Mode
from modeldeck.plugins import find_plugin
from modeldeck.storage.settings.toml_text import KeyPath, TomlFile, shown


def contradictions(
    file: TomlFile, settings: Settings, kinds: Mapping[str, str], reserved: Collection[str]
) -> Iterator[tuple[KeyPath, ConfigProblem]]:
    """Each problem with the key path that it is about.

    Args:
        file: where the settings come from.
        settings: the values, each allowed by itself.
        kinds: the protocol of each known provider.
        reserved: names that no provider in a file may have.
    """
    findings = (
        *_in_providers(settings, kinds, reserved),
        *_in_tasks(settings),
        *_in_weights(settings),
        *_in_filters(settings, kinds),
        *_in_models(settings),
        *_in_timezone(settings),
    )
    for key, what, hint in findings:
        yield key, file.problem(key, what, hint)


Finding = tuple[tuple[str, ...], str, str | None]
"""Key path, what completes "`key` ...", and the next step."""


def _is_visible(name: str) -> bool:
    return bool(name.strip()) and name.isprintable()


def _in_providers(settings: Settings, kinds: Mapping[str, str], reserved: Collection[str]) -> Iterator[Finding]:
    for name, provider in settings.providers.items():
        if "/" in name or not _is_visible(name):
            yield ("providers", name), "is no provider name; allowed: visible text without `/`", None
        elif name in reserved:
            what = "is a name that the program keeps for itself"
            yield ("providers", name), what, f"Give your server another name than {name}."
        elif name not in kinds:
            yield from _in_own_provider(name, provider, kinds)
        elif provider.kind is not None and provider.kind != kinds[name]:
            yield (
                ("providers", name, "kind"),
                f"is {provider.kind!r}, but {name} is known to speak {kinds[name]}",
                f"Leave `kind` out, or give your server another name than {name}.",
            )


def _in_own_provider(name: str, provider: ProviderSettings, kinds: Mapping[str, str]) -> Iterator[Finding]:
    missing = [key for key in ("kind", "base_url") if getattr(provider, key) is None]
    if missing and not (provider.kind is None and find_plugin(name)):
        known = f"Known without further settings: {', '.join(sorted(kinds))}."
        yield ("providers", name), f"is a provider of your own and lacks {' and '.join(missing)}", known


def _in_tasks(settings: Settings) -> Iterator[Finding]:
    for name, task in settings.tasks.items():
        if not _is_visible(name):
            yield ("tasks", name), "is no task name; allowed: visible text", None
        if TASK_ALIASES.get(name, name) != name and TASK_ALIASES[name] in settings.tasks:
            yield ("tasks", name), f"is another name of {TASK_ALIASES[name]}, which is set too", "Keep one of them."
        if task.model is None and task.mode in (Mode.MANUAL, Mode.HYBRID):
            yield ("tasks", name, "mode"), f"is {task.mode.value!r} but no model is given; add `model`", None
        if task.model is not None and task.mode is Mode.AUTO:
            what = "is given although the mode is 'auto'; allowed with a model: mode 'manual' or 'hybrid'"
            yield ("tasks", name, "model"), what, None
        yield from _capabilities(("tasks", name, "capabilities"), task.capabilities)


def _in_weights(settings: Settings) -> Iterator[Finding]:
    for strategy, weights in settings.selection.weights.items():
        if not any(share is None or share > 0 for share in astuple(weights)):
            what = "holds only weights of 0; allowed: at least one above 0"
            yield ("selection", "weights", strategy.value), what, None


def _in_filters(settings: Settings, kinds: Mapping[str, str]) -> Iterator[Finding]:
    known = {**kinds, **settings.providers}
    for name in settings.filters.providers:
        if name not in known:
            yield ("filters", "providers"), f"names {shown(name)}; allowed: {', '.join(known)}", None
    yield from _capabilities(("filters", "capabilities"), settings.filters.capabilities)


def _in_models(settings: Settings) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for model, facts in settings.models.items():
        provider, _, native = model.partition("/")
        if not provider or not native:
            what = "is no model id; allowed: provider/name, as `modeldeck list` shows it"
            yield ("models", model), what, None
        yield from _capabilities(("models", model, "capabilities"), facts.capabilities or ())
        if facts.alias is None:
            continue
        if facts.alias in owners:
            yield ("models", model, "alias"), f"is also the alias of {owners[facts.alias]}", "Choose another one."
        owners.setdefault(facts.alias, model)


def _capabilities(key: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Finding]:
    for name in names:
        try:
            parse_capability(name)
        except ValueError as error:
            yield key, f"names an {error}", None


def _in_timezone(settings: Settings) -> Iterator[Finding]:
    if settings.ui.timezone is None:
        return
    from modeldeck.clock import find_zone  # only for people who set one

    try:
        find_zone(settings.ui.timezone)
    except ConfigError as error:
        yield ("ui", "timezone"), f"is {shown(settings.ui.timezone)}, unknown here", error.hint
