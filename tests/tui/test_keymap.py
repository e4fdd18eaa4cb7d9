from textual.binding import Binding
from textual.widget import Widget

from modeldeck.tui.keymap import bindings_of, check_keymap, ids_of, key_owners


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


def test_every_key_of_the_app_can_be_changed_by_a_name_of_its_own() -> None:
    owners = key_owners()
    names = {binding.id for owner in owners for binding in bindings_of(owner)}
    assert {"models.filter", "pane.models", "switch.close", "help.close", "query.go-on", "table.down"} <= names
    nameless = [
        (owner.__name__, binding)
        for owner in owners
        for binding in vars(owner).get("BINDINGS", ())
        if not isinstance(binding, Binding) or binding.id is None
    ]
    assert nameless == []


def test_a_name_belongs_to_one_action() -> None:
    actions: dict[str, set[str]] = {}
    for owner in key_owners():
        for binding in vars(owner).get("BINDINGS", ()):
            actions.setdefault(binding.id, set()).add(binding.action)
    assert {name: found for name, found in actions.items() if len(found) > 1} == {}
