"""The settings as they hold now: read again when a person edited the file, taken over as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from modeldeck.domain.loaded import LoadedSettings
    from modeldeck.domain.settings import ProviderSettings, Settings
    from modeldeck.domain.state import DeckState
    from modeldeck.ports import SettingsSource

_ENVIRONMENT = "environment "


class Reloaded(NamedTuple):
    """Areas of the settings that changed; what of them holds only after a restart, in words of the settings."""

    areas: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()


class LiveSettings:
    """Reads the settings again and hands them on.

    Args:
        loaded: as they were read at the start.
        source: where they come from; None: nowhere, they never change.
        state: the choices made in the program, as they are now.
        adopt: takes new settings over.
    """

    def __init__(
        self,
        loaded: LoadedSettings,
        source: SettingsSource | None,
        state: Callable[[], DeckState],
        adopt: Callable[[LoadedSettings], None],
    ) -> None:
        self._loaded = loaded
        self._began = loaded.settings
        self._source = source
        self._state = state
        self._adopt = adopt

    @property
    def loaded(self) -> LoadedSettings:
        """Settings, tasks and origins as they hold now."""
        return self._loaded

    def holder(self, key: str) -> str | None:
        """The environment variable that holds a dotted key; None when nothing outside the files does."""
        origin = self._loaded.origins.get(key, "")
        return origin.removeprefix(_ENVIRONMENT) if origin.startswith(_ENVIRONMENT) else None

    def edited(self) -> bool:
        """Whether the file is another one than was read last, rightly or wrongly. Cheap enough for every second."""
        return self._source is not None and self._source.edited()

    def reload(self) -> Reloaded:
        """Read the settings again; runs that are under way end under the old ones. Blocks some ms, at first 0.1 s.

        Raises:
            ConfigError: something is wrong; then the settings stay as they were, as a whole.
        """
        if self._source is None:
            return Reloaded()
        before = self._loaded
        found = self._source.read(self._state())
        areas = changed_areas(before, found)
        self._loaded = found
        if areas:
            self._adopt(found)
        return Reloaded(areas, _waiting(self._began, before.settings, found.settings))


def changed_areas(before: LoadedSettings, after: LoadedSettings) -> tuple[str, ...]:
    """Names of the areas whose values differ."""
    old, new = before.settings, after.settings
    return tuple(each.name for each in fields(new) if getattr(old, each.name) != getattr(new, each.name))


def switched_on(settings: Settings, provider: str) -> bool:
    """Whether a provider is to be used at all."""
    table = settings.providers.get(provider)
    return table is None or table.enabled


def _waiting(began: Settings, before: Settings, after: Settings) -> tuple[str, ...]:
    """What changed and is read only at the start: how providers are reached, the ledger's calendar.

    A provider that was off at the start waits as well when it is switched on. What is again as it was at the start
    waits for nothing.
    """
    waiting = [
        f"providers.{name}"
        for name in {**before.providers, **after.providers}
        if _fixed(after, name) not in (_fixed(before, name), _fixed(began, name))
        or (switched_on(after, name) and not switched_on(before, name) and not switched_on(began, name))
    ]
    if after.ui.timezone not in (before.ui.timezone, began.ui.timezone):
        waiting.append("ui.timezone")
    return tuple(waiting)


def _fixed(settings: Settings, provider: str) -> ProviderSettings:
    """What of a provider holds from start to end."""
    from modeldeck.domain.settings import ProviderSettings, RateLimits

    table = settings.providers.get(provider, ProviderSettings())
    return replace(table, enabled=True, free_only=False, limits=RateLimits())
