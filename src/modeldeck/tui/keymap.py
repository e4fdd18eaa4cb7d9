"""Remapping of keys by binding id: which ids exist, and what is wrong with a person's `[keymap]`."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules

from textual.binding import Binding
from textual.dom import DOMNode

from modeldeck.tui import panes, screens, widgets


def bindings_of(owner: type[DOMNode]) -> list[Binding]:
    """The bindings with an id of a widget, screen or app, its own before those it inherits."""
    found: dict[str, Binding] = {}
    for parent in owner.__mro__:
        for binding in vars(parent).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id is not None:
                found.setdefault(binding.id, binding)
    return list(found.values())


def key_owners() -> list[type[DOMNode]]:
    """Every screen, pane and widget of ours; imports them all, so only for a person who changes keys."""
    owners: dict[type[DOMNode], None] = {}
    for package in (panes, screens, widgets):
        for found in iter_modules(package.__path__, f"{package.__name__}."):
            module = import_module(found.name)
            owners |= dict.fromkeys(value for value in vars(module).values() if _is_owner(value))
    return list(owners)


def _is_owner(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, DOMNode) and value.__module__.startswith("modeldeck.")


def ids_of(owners: Iterable[type[DOMNode]]) -> dict[str, str]:
    """Binding ids of these widgets, screens and apps with what each one does."""
    return {binding.id: binding.description for owner in owners for binding in bindings_of(owner) if binding.id}


def check_keymap(keymap: Mapping[str, str], known: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The usable part of a keymap, and one sentence for every id that does not exist."""
    usable: dict[str, str] = {}
    problems: list[str] = []
    for name, keys in keymap.items():
        if name in known:
            usable[name] = keys
            continue
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "the help (?) lists every name."
        problems.append(f"[keymap] knows no {name}; {hint}")
    return usable, problems
