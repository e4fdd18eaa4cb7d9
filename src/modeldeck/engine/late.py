"""A collaborator that is made, and whose module is loaded, with its first use."""

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar

_Made = TypeVar("_Made")


class late(Generic[_Made]):  # noqa: N801 - a decorator, like `functools.cached_property`
    """A property worked out once; unlike `cached_property`, also when several threads ask at the same time."""

    def __init__(self, make: Callable[[Any], _Made]) -> None:
        self.__doc__ = make.__doc__
        self._make = make
        self._name = make.__name__
        self._lock = RLock()

    def __get__(self, owner: Any, kind: type | None = None) -> _Made:
        kept: dict[str, Any] = owner.__dict__  # found there from now on, without coming through here
        with self._lock:
            if self._name not in kept:
                kept[self._name] = self._make(owner)
            made: _Made = kept[self._name]
            return made
