"""Frozen dataclasses that are quick to define.

Every start defines nearly a hundred of them, and `dataclass(frozen=True, slots=True)` writes and compiles six methods
for each: together that takes longer than to read a catalog of thousands of models. A record compiles one, `__init__`;
the others are the same functions for all records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T] | None = None, /, *, kw_only: bool = False) -> type[T] | Callable[[type[T]], type[T]]:
    """Make of a class what `dataclass(frozen=True, slots=True)` would; `fields`, `replace` and `asdict` know it.

    Methods that the class has itself stay. Not for `InitVar`, `field(init=False)` and `field(compare=False)`.

    Args:
        cls: a class with annotated attributes.
        kw_only: every attribute is given by name.
    """

    def make(plain: type[T]) -> type[T]:
        made: type[Any] = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(plain)
        names = tuple([each.name for each in fields(made)])
        for name, value in {"_names": names, **_SHARED}.items():
            if name not in plain.__dict__:
                setattr(made, name, value)
        if "__init__" not in plain.__dict__:
            made.__init__ = _init_of(made)
        return made

    return make if cls is None else make(cls)


def _init_of(made: type[Any]) -> Callable[..., None]:
    """The method that sets every field, as `dataclass` would write it for a frozen class."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING}
    parameters = ["self"]
    lines = [' """Set every field."""']
    for each in sorted(fields(made), key=lambda each: each.kw_only is True):
        if each.kw_only and "*" not in parameters:
            parameters.append("*")
        parameter, value = _parameter(each, known)
        parameters.append(parameter)
        lines.append(f" _set(self, {each.name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join([f"def __init__({', '.join(parameters)}):", *lines]), known)
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _parameter(each: Field[Any], known: dict[str, Any]) -> tuple[str, str]:
    """How `__init__` takes a field, and the expression of the value it sets; `known` gets the names these use."""
    name = each.name
    if each.default_factory is not MISSING:
        known[f"_make_{name}"] = each.default_factory
        return f"{name}=_MISSING", f"_make_{name}() if {name} is _MISSING else {name}"
    if each.default is not MISSING:
        known[f"_default_{name}"] = each.default
        return f"{name}=_default_{name}", name
    return name, name


def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _values(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self._names]


def _equals(self: Any, other: Any) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(tuple(_values(self)))


def _refuse_set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _set_values(self: Any, values: list[Any]) -> None:
    """What copying and pickling call, as an assignment is refused."""
    for name, value in zip(self._names, values, strict=True):
        object.__setattr__(self, name, value)


_SHARED: dict[str, Callable[..., Any]] = {
    "__repr__": _repr,
    "__eq__": _equals,
    "__hash__": _hash,
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    "__getstate__": _values,
    "__setstate__": _set_values,
}
