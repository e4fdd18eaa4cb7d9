"""Providers that other packages register through the entry-point group `modeldeck.providers`.

An entry point is named like its provider and gives a function of a `ports.PluginContext` that returns a
`ports.Provider` of that name. It is looked for only when `[providers.NAME]` in `config.toml` names a provider that is
not known otherwise: looking through the installed packages takes longer than a whole `modeldeck list`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "modeldeck.providers"


def find_plugin(name: str) -> EntryPoint | None:
    """The entry point of the provider called `name`; None when no installed package registers it."""
    from importlib.metadata import entry_points  # see the module's docstring

    return next(iter(entry_points(group=GROUP, name=name)), None)
