"""Sentences of the Models pane: one row in one line, and why there is nothing to see."""

from collections.abc import Collection

from textual.content import Content

from modeldeck.domain.errors import NO_CONNECTION
from modeldeck.domain.model import Model
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.ports import CachedListing, ProviderInfo
from modeldeck.tui.advice import first_steps, nothing_callable
from modeldeck.tui.filters import chips
from modeldeck.tui.format import age, clean, plain, rate, score
from modeldeck.tui.hints import KeyOf, usual_key, with_keys
from modeldeck.tui.panes.model_rows import ModelRows
from modeldeck.tui.panes.row_order import SORT_TITLES

_CLEAR = "{models.clear|x} clears all of it."
_LEAVE_AND_CLEAR = "{models.leave|Esc} leaves the line, then {models.clear|x} clears all of it."


def row_line(deck: Deck, model: Model) -> Content:
    """What is known beyond the columns: the full id, why it cannot be called, quality, my own experience."""
    status = deck.standing.status(model)
    quality = deck.standing.quality(model)
    parts = [plain(model.id)]
    if status != "ok":
        parts.append(plain(status, "$text-warning"))
    parts.append(Content(f"quality {score(quality.value)} {quality.origin}"))
    experience = deck.experience.of(model.id)
    if experience is not None and experience.calls:
        speed = experience.tokens_per_second
        parts.append(
            Content(
                f"mine {experience.successes}/{experience.calls} ok"
                + ("" if speed is None else f", {rate(speed)} tok/s")
            )
        )
    if model.local:
        parts.append(plain(deck.machine.fit(model).note))
    return Content(" · ").join(parts)


def title_marks(deck: Deck, wanted: ModelFilter, query: str, keys: KeyOf) -> Content:
    """What a person must know before reading the rows: that none can be called, and what hides others, with its key."""
    callable_ = not nothing_callable(deck) or not deck.catalog.models
    nothing = Content("") if callable_ else Content.styled(" · none can be called yet", "$text-warning")
    words = [*chips(wanted), *([repr(clean(query))] if query else [])]
    if not words:
        return nothing
    hiding = " · ".join([*words, with_keys("{models.clear|x} clears", keys)])
    return Content.assemble(nothing, (f" · {hiding}", "$text-accent"))


def count_words(deck: Deck, rows: ModelRows, *, refreshing: bool) -> Content:
    """How many rows there are and in which order, and how old their prices are."""
    count = f"{len(rows)} of {rows.total}" if len(rows) != rows.total else f"{rows.total}"
    parts = [
        count if deck.lists.whole else "reading",
        f"by {SORT_TITLES[rows.order.key]}" if rows.order.key else "",
        "refreshing" if refreshing else prices_age(deck, rows.providers),
    ]
    return Content(" · ".join(part for part in parts if part))


def prices_age(deck: Deck, shown: Collection[str]) -> str:
    """How old the oldest list is, and the first provider that matters whose newest refresh failed.

    A provider matters when rows of it are shown (`shown`, by name), when it could be used, or while nothing is listed.
    """
    providers = deck.providers()
    listings = [(provider, deck.catalog.listing(provider.name)) for provider in providers]
    known = [(provider, listing) for provider, listing in listings if listing is not None]
    fetched = [listing.fetched_at for _, listing in known if listing.models and listing.fetched_at is not None]
    failed = [
        f"{clean(provider.name)}{_failure(listing)}"
        for provider, listing in known
        if listing.error is not None and (provider.name in shown or _is_missed(provider, nothing_listed=not fetched))
    ]
    age_words = [f"prices {age(min(fetched), deck.clock.now())}"] if fetched else []
    return " · ".join(age_words + failed[:1])


def _is_missed(provider: ProviderInfo, nothing_listed: bool) -> bool:
    """Whether its list is wanted although none of it is shown; a local server that does not run is no failure."""
    return not provider.local and (provider.usable or nothing_listed)


def _failure(listing: CachedListing) -> str:
    if (listing.error or "").startswith(NO_CONNECTION):
        return ": no connection"
    return " stale" if listing.models and listing.fetched_at is not None else ": no list"


def nothing_shown(
    deck: Deck,
    rows: ModelRows,
    wanted: ModelFilter,
    *,
    refreshing: bool,
    typing: bool = False,
    keys: KeyOf = usual_key,
) -> tuple[str, ...]:
    """Why the table is empty, and the key that helps; `typing`: letters go into the query now."""
    words = chips(wanted)
    if rows.total and (rows.query or words):
        hiding = [f"the text {clean(rows.query)!r}"] if rows.query else []
        hiding += [f"the filter {', '.join(words)}"] if words else []
        hidden = f"{rows.total} models are hidden by {' and '.join(hiding)}."
        return (
            "Nothing matches.",
            hidden,
            with_keys(_LEAVE_AND_CLEAR if typing else _CLEAR, keys),
        )
    if refreshing:
        return ("Fetching the model lists.",)
    return (
        "No model is known yet.",
        first_steps(deck),
        with_keys("{app.refresh|F5} looks again, `modeldeck doctor` says what is missing.", keys),
        deck.tour,
    )
