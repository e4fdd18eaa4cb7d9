"""Records: what frozen dataclasses with slots are, whoever writes their methods."""

import copy
import inspect
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, field, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.record import record


@record
class Point:
    """A record."""

    x: int
    y: float = 0.5
    names: Mapping[str, int] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Usual:
    """The same by the standard library alone."""

    x: int
    y: float = 0.5
    names: Mapping[str, int] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@record(kw_only=True)
class Named:
    """Takes names only."""

    width: int = 1
    height: int


@record
class Nothing:
    """Has no field."""


@record
class Wider(Named):
    """A record of a record."""

    depth: int = 0


@record
class Checked:
    """Looks at its values, and has an equality of its own."""

    value: int

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("negative")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checked)

    __hash__ = None  # type: ignore[assignment]


@record
class Read:
    """Is made of a text."""

    number: int

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "number", int(text))


ARGUMENTS = st.fixed_dictionaries(
    {"x": st.integers()},
    optional={
        "y": st.floats(allow_nan=False),
        "names": st.dictionaries(st.text(), st.integers()),
        "secret": st.text(),
    },
)


@given(ARGUMENTS, ARGUMENTS)
def test_a_record_is_what_a_frozen_dataclass_with_slots_is(one: dict[str, Any], other: dict[str, Any]) -> None:
    point, usual = Point(**one), Usual(**one)
    assert asdict(point) == asdict(usual)
    assert astuple(point) == astuple(usual)
    assert repr(point) == repr(usual).replace("Usual", "Point")
    assert (point == Point(**other)) == (usual == Usual(**other))
    assert replace(point, x=7) == Point(**{**one, "x": 7})
    assert Point.__match_args__ == Usual.__match_args__
    assert list(inspect.signature(Point).parameters) == list(inspect.signature(Usual).parameters)


@given(st.integers(), st.integers())
def test_equal_records_have_equal_hashes(one: int, other: int) -> None:
    numbers = {Named(height=one), Named(height=other)}
    assert len(numbers) == len({one, other})


def test_every_record_gets_its_own_default() -> None:
    assert Point(1).names is not Point(1).names


def test_records_of_different_classes_differ() -> None:
    nothing: Any = Nothing()
    assert nothing == Nothing()
    assert nothing != Named(height=1)
    assert Named(height=1) != Wider(height=1)


def test_nothing_can_be_set_deleted_or_added() -> None:
    point: Any = Point(1)
    with pytest.raises(FrozenInstanceError, match="x"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="x"):
        del point.x
    with pytest.raises(FrozenInstanceError, match="other"):
        point.other = 2
    assert not hasattr(point, "__dict__")


def test_wrong_arguments_are_refused_by_name() -> None:
    make: Any = Point
    make_named: Any = Named
    with pytest.raises(TypeError, match=r"Point\.__init__\(\) got an unexpected keyword argument 'z'"):
        make(1, z=2)
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'x'"):
        make()
    with pytest.raises(TypeError, match="positional"):
        make_named(1, 2)


def test_methods_of_the_class_itself_stay() -> None:
    assert Checked(1) == Checked(2)
    with pytest.raises(ValueError, match="negative"):
        Checked(-1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Checked(1))


def test_an_own_way_to_be_made_stays() -> None:
    assert Read("7") == Read(" 7 ")
    assert repr(Read("7")) == "Read(number=7)"
    with pytest.raises(FrozenInstanceError):
        Read("7").number = 8  # type: ignore[misc]


def test_a_record_may_add_fields_to_another() -> None:
    wider = Wider(height=2, depth=3)
    assert [each.name for each in fields(wider)] == ["width", "height", "depth"]
    assert repr(wider) == "Wider(width=1, height=2, depth=3)"
    assert wider != Wider(height=2)


@pytest.mark.parametrize("of", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_equals_its_record(of: Any) -> None:
    wider = Wider(height=2, depth=3)
    assert of(wider) == wider
    assert of(Point(1, names={"a": 1})) == Point(1, names={"a": 1})
