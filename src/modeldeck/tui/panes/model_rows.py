"""The rows of the Models table: which models, in which order, and the words in their cells. No widget in sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from modeldeck.domain.model import CAPABILITY_LETTERS, Kind, Model
from modeldeck.engine.catalog.filter import FilterIndex, ModelFilter, match
from modeldeck.engine.deck import Deck
from modeldeck.ports import Experience
from modeldeck.tui.format import UNKNOWN, clean, context, price, rate, score, share
from modeldeck.tui.panes.model_names import common_names, shared_names, shown_name, with_provider
from modeldeck.tui.panes.row_order import Order, in_order
from modeldeck.tui.widgets.table_columns import Cell, Column

if TYPE_CHECKING:
    from modeldeck.engine.machine.fit import Fit

NO_CELL = Cell("")
_TONES = {Kind.FREE: "tone-free", Kind.PAID: "tone-paid", Kind.LOCAL: "tone-local"}
_QUALITY_MARKS = {"estimated": "~", "user": "u"}
_LONGEST_PROVIDER = 10  # cells
_FIRST = 7  # above every other column's `dropped`


def columns_for(models: Sequence[Model]) -> tuple[Column, ...]:
    """The table's columns; the highest `dropped` leaves first when it gets narrow: a sole provider tells nothing."""
    providers = {model.provider for model in models}
    longest = max(map(len, providers), default=0)
    return (
        Column("mark", "", 2),
        Column("name", "model", 0, least=16),
        Column(
            "provider",
            "provider",
            min(_LONGEST_PROVIDER, max(8, longest)),
            dropped=2 if len(providers) > 1 else _FIRST,
        ),
        Column("kind", "kind", 5),
        Column("in", "in/M", 6, right=True),
        Column("out", "out/M", 6, right=True),
        Column("context", "ctx", 5, right=True, dropped=1),
        Column("quality", "q", 4, right=True),
        Column("capabilities", "can", 7, dropped=3),
        Column("mine", "mine", 5, right=True, dropped=4),
        Column("speed", "tok/s", 5, right=True, dropped=5),
        Column("fit", "fit", 8, dropped=6),
    )


@dataclass
class ModelRows:
    """A RowSource over models that passed the filter, sorted, favourites first; a query narrows them further."""

    deck: Deck
    models: Sequence[Model]
    favourites: frozenset[str]
    order: Order
    total: int
    columns: Sequence[Column]
    experiences: Mapping[str, Experience]
    used: str | None = None
    """The model that would be used for a prompt now, by id."""
    recommended: str | None = None
    """The model that the engine would choose by itself, by id."""
    query: str = ""
    _places: Sequence[int] = field(default_factory=list, repr=False)
    _found: dict[str, Sequence[int]] = field(
        default_factory=dict, repr=False
    )  # letters are taken back as often as typed
    _cells: dict[int, Sequence[Cell]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._index = FilterIndex(self.models)
        self._places = range(len(self.models))
        self._shared = shared_names(self.deck.catalog.models)  # by all of them: a filter renames nobody
        self._room_for_both = 0  # cells for names with their providers; 0: the provider has a column

    @cached_property
    def providers(self) -> frozenset[str]:
        """Whose models are among the rows, whatever the query."""
        return frozenset(model.provider for model in self.models)

    def narrow(self, query: str) -> None:
        """Show only models that fit the query: the best first, or in the chosen order when there is one."""
        self.query = query
        places = self._found.get(query)
        if places is None:
            places = self._found[query] = self._search(query)
        self._places = places
        self._cells.clear()

    def _search(self, query: str) -> Sequence[int]:
        places = self._index.search(query)
        first = sum(model.id in self.favourites for model in self.models[: len(self.favourites)])
        if query and self.order.key:
            places.sort()
        elif query and first:
            places = [place for place in places if place < first] + [place for place in places if place >= first]
        return places

    def model(self, row: int) -> Model:
        return self.models[self._places[row]]

    def fitted(self, widths: Mapping[str, int]) -> None:
        """Where the provider's column is dropped, names that several providers use say whose they are."""
        room = 0 if "provider" in widths else widths["name"]
        if room != self._room_for_both:
            self._room_for_both = room
            self._cells.clear()

    @cached_property
    def _common(self) -> frozenset[str]:
        return common_names(self.deck.catalog.models, self._shared)

    def __len__(self) -> int:
        return len(self._places)

    def key(self, row: int) -> str:
        return self.model(row).id

    def find(self, key: str) -> int | None:
        return next((row for row, place in enumerate(self._places) if self.models[place].id == key), None)

    def use(self, model: str | None, recommended: str | None = None) -> None:
        """Mark other models as the one in use, and as the one that the engine would choose by itself."""
        self.used, self.recommended = model, recommended
        self._cells.clear()

    def forget(self) -> None:
        """Ask the deck again for what it knows about the rows."""
        self.experiences = self.deck.experience.all()
        self._cells.clear()

    def cells(self, row: int) -> Sequence[Cell]:
        cells = self._cells.get(row)
        if cells is None:
            cells = self._cells[row] = self._make(self.model(row))
        return cells

    def _make(self, model: Model) -> Sequence[Cell]:
        usable = self.deck.standing.status(model) == "ok"
        quiet = "" if usable else "tone-dim"
        tone = _TONES[model.kind] if usable else "tone-dim"
        name = shown_name(model, self._shared)
        if self._room_for_both and name in self._common:
            name = with_provider(name, model.provider, self._room_for_both)
        pricing, quality = model.pricing, self.deck.standing.quality(model)
        experience = self.experiences.get(model.id)
        return (
            self._mark(model),
            Cell(name, quiet, match(self.query, name) or () if self.query else ()),
            Cell(clean(model.provider), "tone-dim"),
            Cell(model.kind.upper(), tone),
            Cell(price(None if pricing is None else pricing.input), quiet),
            Cell(price(None if pricing is None else pricing.output), quiet),
            Cell(context(model.context), quiet),
            Cell(score(quality.value) + _QUALITY_MARKS.get(quality.origin, " "), quiet),
            Cell(capability_letters(model), "tone-dim"),
            Cell(share(None if experience is None else experience.success_rate), quiet),
            Cell(rate(None if experience is None else experience.tokens_per_second), quiet),
            Cell(self._fit(model), "tone-dim"),
        )

    def _mark(self, model: Model) -> Cell:
        mark = "▸" if model.id == self.used else "▹" if model.id == self.recommended else " "
        marks = mark + ("★" if model.id in self.favourites else "")
        return NO_CELL if marks == " " else Cell(marks, "tone-star")

    def _fit(self, model: Model) -> str:
        return fit_word(self.deck.machine.fit(model)) if model.local else ""


def list_rows(deck: Deck, wanted: ModelFilter, order: Order) -> ModelRows:
    """The rows for a filter and an order."""
    everything = deck.catalog.models
    usable = {provider.name for provider in deck.providers() if provider.usable}
    favourites = frozenset(deck.choices.state.favourites)
    experiences = deck.experience.all()
    kept = wanted.apply(everything, usable)
    if order.key:
        kept = in_order(deck, experiences, kept, order)
    else:
        kept = sorted(kept, key=lambda model: model.provider not in usable, reverse=order.downwards)
    stars = [model for model in kept if model.id in favourites]
    rest = [model for model in kept if model.id not in favourites] if stars else kept
    return ModelRows(deck, [*stars, *rest], favourites, order, len(everything), columns_for(everything), experiences)


def fit_word(fit: "Fit") -> str:
    """A fit in a column: `loaded`, `fits` with the card or RAM, `too big`, or `—` when it cannot be told."""
    if fit.note == "loaded":
        return "loaded"
    if fit.fits is None:
        return UNKNOWN
    return (fit.run_on or "fits") if fit.fits else "too big"


def capability_letters(model: Model) -> str:
    """One letter at a fixed place for each capability worth a column."""
    return "".join(
        letter if capability in model.capabilities else "·" for capability, letter in CAPABILITY_LETTERS.items()
    )
