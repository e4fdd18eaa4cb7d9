from textual.binding import Binding
from textual.widget import Widget

from modeldeck.tui.keymap import check_keymap, ids_of


class Parent(Widget):
    BINDINGS = [Binding("a", "one", "first", id="w.one"), ("b", "two", "no id")]  # noqa: RUF012


class Child(Parent):
    BINDINGS = [Binding("c", "three", "third", id="w.three")]  # noqa: RUF012


def test_ids_come_from_a_class_and_its_parents() -> None:
    assert ids_of([Child]) == {"w.three": "third", "w.one": "first"}


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    usable, problems = check_keymap({"w.one": "x", "w.tree": "y", "zzz": "z"}, ids_of([Child]))
    assert usable == {"w.one": "x"}
    assert len(problems) == 2
    assert "w.three" in problems[0]
