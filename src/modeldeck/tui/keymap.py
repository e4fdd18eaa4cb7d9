"""Remapping of keys by binding id: which ids exist, and what is wrong with a person's `[keymap]`."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from textual.binding import Binding, BindingType
from textual.dom import DOMNode


def ids_of(classes: Iterable[type[DOMNode]]) -> dict[str, str]:
    """Binding ids of these widgets, screens and apps with what each one does."""
    found: dict[str, str] = {}
    for owner in classes:
        for parent in owner.__mro__:
            for binding in vars(parent).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id is not None:
                    found.setdefault(binding.id, binding.description)
    return found


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


def keys_of(bindings: Iterable[BindingType]) -> list[Binding]:
    """Those of a class's bindings that carry an id, for the help and the palette."""
    return [binding for binding in bindings if isinstance(binding, Binding) and binding.id is not None]
