"""What a person reads before anything was chosen."""

from dataclasses import replace

import pytest

from fakes import World, free_model, make_model, reply
from modeldeck.domain.state import DeckState
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.tui.first_run import first_run_lines, is_first_run
from modeldeck.tui.panes.model_rows import list_rows
from modeldeck.tui.panes.model_words import nothing_shown
from modeldeck.tui.panes.row_order import Order


def usual(_name: str, key: str) -> str:
    return key


def lines(deck: Deck) -> list[str]:
    return first_run_lines(deck, usual).plain.splitlines()


def without_models(world: World) -> Deck:
    world.add("cloud", needs_key=True, has_key=False)
    home = world.add("home", local=True)
    home._info = replace(home.info, key_names=("HOME_TOKEN",))
    return Deck(replace(world.parts(), tour="`modeldeck --demo` shows everything."))


def test_without_models_the_key_that_is_needed_comes_first_and_no_row_is_promised(world: World) -> None:
    said = lines(without_models(world))
    assert "Set CLOUD_API_KEY, or start Ollama, llama.cpp, LM Studio or vLLM." in said[0]
    assert said[1:] == ["? help  esc hides"]
    assert "HOME_TOKEN" not in " ".join(said)


def test_rows_that_cannot_be_called_leave_the_advice_to_the_strip(world: World) -> None:
    world.add("cloud", make_model("cloud/x/one"), needs_key=True, has_key=False)
    said = lines(Deck(replace(world.parts(), tour="`modeldeck --demo` shows everything.")))
    assert said[0].startswith(
        "No model can be called yet: the table shows what the installed price data knows. Set CLOUD"
    )
    assert "modeldeck --demo" in said[1]


def test_the_empty_table_gives_the_same_advice(world: World) -> None:
    deck = without_models(world)
    said = nothing_shown(deck, list_rows(deck, ModelFilter(), Order()), ModelFilter(), refreshing=False)
    assert all(line in " ".join(said) for line in ("Set CLOUD_API_KEY, or start Ollama", "modeldeck --demo"))


def test_a_key_that_is_there_is_not_asked_for(world: World) -> None:
    world.add("cloud", needs_key=True)
    assert lines(Deck(world.parts()))[0].endswith("Start Ollama, llama.cpp, LM Studio or vLLM.")


def test_with_models_two_lines_fit_the_smallest_terminal(furnished: World) -> None:
    said = lines(Deck(furnished.parts()))
    assert said[0] == "Found: cloud 3 models, home 1 models."
    assert len(said) == 2
    assert len(said[1]) <= 58


def test_keys_are_those_of_the_person(furnished: World) -> None:
    said = first_run_lines(Deck(furnished.parts()), lambda name, key: "F" if name == "models.free" else key)
    assert "F free" in said.plain


def test_models_that_no_list_holds_are_not_counted_as_found_lists(world: World) -> None:
    world.add("cloud", make_model("cloud/x/one", listed=False), needs_key=True)
    assert lines(Deck(world.parts()))[0] == "Found: cloud 1 unlisted models."


def test_the_demo_says_that_settings_are_not_read(world: World) -> None:
    world.add("demo", free_model("demo/x/one:free"))
    parts = replace(world.parts(), tour="Demo: config.toml is not read.", simulated=True)
    assert lines(Deck(parts))[0] == "Demo: config.toml is not read."


@pytest.mark.parametrize("state", [DeckState(), DeckState(favourites=("home/llama3.1:8b",))], ids=["new", "chosen"])
def test_it_is_the_first_run_until_something_was_chosen_or_asked(furnished: World, state: DeckState) -> None:
    furnished.providers["home"].scripts = {"llama3.1:8b": [reply()]}
    furnished.state_file.state = state
    deck = Deck(furnished.parts())
    assert is_first_run(deck) is (state == DeckState())
    deck.ask("Hello", model="home/llama3.1:8b", mode="manual")
    assert not is_first_run(deck)
