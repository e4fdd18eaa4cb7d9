"""Names in settings and variables that no provider lists: said once, because nothing else would tell a typo."""

from collections.abc import Collection, Iterator

from modeldeck.domain.errors import UnknownModelError
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.task import Tier
from modeldeck.engine.catalog.catalog import Catalog

_ENVIRONMENT = "environment "


def unlisted_names(loaded: LoadedSettings, catalog: Catalog, keyed: Collection[str]) -> tuple[str, ...]:
    """One sentence for each name that nobody lists: who says it, and what happens without it.

    Args:
        loaded: settings, variables and where they came from.
        catalog: what is listed.
        keyed: names of the providers that can be used now.
    """
    told: list[str] = []
    for source, name, without in _names(loaded):
        try:
            found = catalog.resolve(name, keyed)
        except UnknownModelError:
            told.append(f"{source} names {name!r}, which no provider lists; {without}.")
            continue
        if catalog.withholds(found):
            told.append(f"{source} names {name!r}, which free_only of {found.provider} rules out; {without}.")
            continue
        if found.listed:
            continue
        if found.provider not in keyed:
            why = f"which no provider lists, and {found.provider} is off or has no key"
            told.append(f"{source} names {name!r}, {why}; {without}.")
            continue
        listing = catalog.listing(found.provider)
        if listing is not None and listing.models:
            told.append(f"{source} names {name!r}, which {found.provider} does not list; it is tried all the same.")
    withheld = {model.id for model in catalog.snapshot.withheld}
    strange = (model for model in loaded.settings.models if model not in withheld and catalog.get(model) is None)
    told += (
        f'`models."{model}"` in config.toml is no model that is listed; its facts wait for one.' for model in strange
    )
    return tuple(told)


def _names(loaded: LoadedSettings) -> Iterator[tuple[str, str, str]]:
    """Source, name, and what happens when the name means nothing."""
    settings = loaded.settings
    held = {task.task for task in loaded.environment_tasks}
    for variable in loaded.environment_tasks:
        yield variable.variable, variable.model, f"task {variable.task} goes on without it"
    for task in loaded.tasks:
        if task.model is not None and task.name not in held:
            yield source_of(loaded, f"tasks.{task.name}.model"), task.model, f"task {task.name} cannot use it"
    for tier in Tier:
        lists = settings.tiers.get(tier)
        for part, models in (("free", lists.free), ("paid", lists.paid)) if lists is not None else ():
            for model in models:
                yield source_of(loaded, f"tiers.{tier}.{part}"), model, "it is left out"
    single = {
        "selection.default_model": settings.selection.default_model,
        "selection.last_resort": settings.selection.last_resort,
        "savings.baseline": settings.savings.baseline,
    }
    for key, name in single.items():
        if name is not None:
            yield source_of(loaded, key), name, "it is passed over"


def source_of(loaded: LoadedSettings, key: str) -> str:
    """The variable that set a key, else the key and its line in `config.toml`."""
    origin = loaded.origins.get(key, "config.toml")
    return origin.removeprefix(_ENVIRONMENT) if origin.startswith(_ENVIRONMENT) else f"`{key}` in {origin}"
