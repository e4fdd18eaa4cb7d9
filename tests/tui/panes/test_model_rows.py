import pytest

from fakes import World, free_model, make_model
from modeldeck.domain.model import Capability, Kind
from modeldeck.domain.state import DeckState
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.engine.machine.fit import Fit
from modeldeck.tui.panes.model_names import with_provider
from modeldeck.tui.panes.model_rows import ModelRows, capability_letters, fit_word, list_rows
from modeldeck.tui.panes.row_order import DOWNWARDS, SORT_TITLES, Order
from modeldeck.tui.widgets.table_columns import fit_columns


def names(rows: ModelRows) -> list[str]:
    return [rows.key(row) for row in range(len(rows))]


def test_without_an_order_models_that_can_be_called_come_first(furnished: World) -> None:
    rows = list_rows(Deck(furnished.parts()), ModelFilter(), Order())
    assert names(rows)[-1] == "locked/haiku"
    assert rows.total == 5


@pytest.mark.parametrize("key", [key for key in SORT_TITLES if key])
@pytest.mark.parametrize("turned", [False, True])
def test_every_order_keeps_every_row_and_the_unknown_at_the_end(furnished: World, key: str, turned: bool) -> None:
    furnished.add("odd", make_model("odd/blank", price=None, context=None))
    rows = list_rows(Deck(furnished.parts()), ModelFilter(), Order(key, turned))
    assert len(rows) == rows.total == 6
    if key in ("in", "out", "context"):
        assert names(rows)[-1] == "odd/blank"


def test_prices_rise_and_contexts_fall_by_themselves(furnished: World) -> None:
    deck = Deck(furnished.parts())
    priced = [rows.model(row).pricing for rows in [list_rows(deck, ModelFilter(), Order("in"))] for row in range(5)]
    known = [pricing.input for pricing in priced if pricing is not None]
    assert known == sorted(known)
    wide = list_rows(deck, ModelFilter(), Order("context"))
    assert names(wide)[0] == "cloud/vendor/gpt-5-mini"


def test_the_sort_key_goes_round_all_orders() -> None:
    order, seen = Order(turned=True), []
    for _ in SORT_TITLES:
        seen.append(order.key)
        order = order.next()
    assert seen == list(SORT_TITLES)
    assert order == Order()
    assert all(Order(key).downwards for key in DOWNWARDS)


def test_favourites_stay_first_while_filtering(furnished: World) -> None:
    furnished.state_file.state = DeckState(favourites=("locked/haiku", "cloud/vendor/deepseek-r1"))
    rows = list_rows(Deck(furnished.parts()), ModelFilter(), Order())
    rows.narrow("deepseek")
    assert names(rows) == ["cloud/vendor/deepseek-r1", "cloud/vendor/deepseek-r1:free"]
    rows.narrow("")
    assert set(names(rows)[:2]) == {"locked/haiku", "cloud/vendor/deepseek-r1"}


def test_a_chosen_order_holds_while_filtering(furnished: World) -> None:
    rows = list_rows(Deck(furnished.parts()), ModelFilter(), Order("in", turned=True))
    rows.narrow("cloud")
    assert names(rows) == ["cloud/vendor/deepseek-r1", "cloud/vendor/gpt-5-mini", "cloud/vendor/deepseek-r1:free"]


def test_cells_say_the_kind_in_words_and_mark_the_letters_found(furnished: World) -> None:
    rows = list_rows(Deck(furnished.parts()), ModelFilter(kind=Kind.FREE), Order())
    rows.narrow("r1")
    cells = dict(zip((column.key for column in rows.columns), rows.cells(0), strict=True))
    assert cells["kind"].text == "FREE"
    assert (cells["in"].text, cells["out"].text) == ("0", "0")
    assert cells["name"].text == "deepseek-r1:free"
    assert cells["name"].marks == (9, 10)
    assert cells["quality"].text.endswith("~")
    assert cells["mine"].text == "—"


def shown_columns(world: World, width: int) -> list[str]:
    rows = list_rows(Deck(world.parts()), ModelFilter(), Order())
    return [place.column.key for place in fit_columns(rows.columns, width)]


def test_a_sole_provider_is_the_first_column_to_leave(world: World) -> None:
    world.add("cloud", make_model("cloud/vendor/gpt-5-mini"))
    assert "provider" not in shown_columns(world, 62)
    world.add("other", make_model("other/vendor/gpt-5-mini"))
    assert "provider" in shown_columns(world, 62)


def test_a_model_that_cannot_be_called_is_dim_in_every_cell(furnished: World) -> None:
    rows = list_rows(Deck(furnished.parts()), ModelFilter(), Order())
    row = rows.find("locked/haiku")
    assert row is not None
    assert {cell.tone for cell in rows.cells(row) if cell.text} == {"tone-dim"}


def test_a_name_from_outside_cannot_paint(world: World) -> None:
    world.add("cloud", make_model("cloud/x/[red]\x1b[31m\u202ename:free"))
    rows = list_rows(Deck(world.parts()), ModelFilter(), Order())
    assert rows.cells(0)[1].text == "[red][31mname:free"


def test_the_model_in_use_and_a_favourite_are_marked_by_signs(furnished: World) -> None:
    furnished.state_file.state = DeckState(favourites=("locked/haiku",))
    rows = list_rows(Deck(furnished.parts()), ModelFilter(), Order())
    rows.use("home/llama3.1:8b")
    marks = {rows.key(row): rows.cells(row)[0].text for row in range(len(rows))}
    assert marks.pop("home/llama3.1:8b") == "▸"
    assert marks.pop("locked/haiku") == " ★"
    assert set(marks.values()) == {""}
    rows.use("locked/haiku", recommended="locked/haiku")
    assert rows.cells(0)[0].text == "▸★"
    rows.use("home/llama3.1:8b", recommended="locked/haiku")
    assert rows.cells(0)[0].text == "▹★"


@pytest.mark.parametrize(
    ("width", "shown"), [(40, "slow-random-llama · llamacpp"), (22, "slow-rando… · llamacpp"), (16, "slow… · llamacpp")]
)
def test_a_name_and_its_provider_share_the_room_there_is(width: int, shown: str) -> None:
    assert with_provider("slow-random-llama", "llamacpp", width) == shown
    assert with_provider("m", "huggingface", width) == "m · hugging…"


def test_where_no_column_says_the_provider_names_of_several_providers_do(world: World) -> None:
    world.add("cloud", make_model("cloud/m"), make_model("cloud/only-here"), make_model("cloud/maker/only-here"))
    world.add("lab", make_model("lab/m"))
    rows = list_rows(Deck(world.parts()), ModelFilter(), Order("name"))

    def names_in_order() -> list[str]:
        return [rows.cells(row)[1].text for row in range(len(rows))]

    others = ["maker/only-here", "only-here"]
    assert names_in_order() == ["m", "m", *others]
    rows.fitted({"name": 20, "kind": 5})
    assert names_in_order() == ["m · cloud", "m · lab", *others]
    rows.fitted({"name": 20, "provider": 8, "kind": 5})
    assert names_in_order() == ["m", "m", *others]


def test_two_makers_of_one_name_are_told_apart_whatever_is_filtered(world: World) -> None:
    world.add("cloud", make_model("cloud/a/lantern"), free_model("cloud/b/lantern"), make_model("cloud/b/other"))
    rows = list_rows(Deck(world.parts()), ModelFilter(kind=Kind.FREE), Order())
    assert [rows.cells(row)[1].text for row in range(len(rows))] == ["b/lantern"]
    everything = list_rows(Deck(world.parts()), ModelFilter(), Order("name"))
    assert [everything.cells(row)[1].text for row in range(3)] == ["a/lantern", "b/lantern", "other"]


def test_capabilities_stand_at_fixed_places() -> None:
    model = make_model(capabilities=frozenset({Capability.TOOLS, Capability.REASONING}))
    assert capability_letters(model) == "t···r··"
    assert capability_letters(model._replace(capabilities=frozenset())) == "·······"


@pytest.mark.parametrize(
    ("fit", "word"),
    [
        (Fit(True, "GPU 0", 1, None, "loaded"), "loaded"),
        (Fit(True, "GPU 1", 1, 2, "needs"), "GPU 1"),
        (Fit(True, None, 1, 2, "needs"), "fits"),
        (Fit(False, None, 2, 1, "needs"), "too big"),
        (Fit(None, None, None, None, "size unknown"), "—"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fit_in_one_word(fit: Fit, word: str) -> None:
    assert fit_word(fit) == word
