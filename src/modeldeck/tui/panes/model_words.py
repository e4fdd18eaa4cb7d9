"""Sentences of the Models pane: one row in one line, and why there is nothing to see."""

from datetime import datetime

from textual.content import Content

from modeldeck.domain.model import Model
from modeldeck.engine.deck import Deck
from modeldeck.engine.filter import ModelFilter
from modeldeck.tui.filters import chips
from modeldeck.tui.format import age, clean, plain, rate, score
from modeldeck.tui.panes.model_rows import ModelRows


def row_line(deck: Deck, model: Model) -> Content:
    """What is known beyond the columns: the full id, why it cannot be called, quality, my own experience."""
    status = deck.status(model)
    quality = deck.quality(model)
    parts = [plain(model.id)]
    if status != "ok":
        parts.append(plain(status, "$text-warning"))
    parts.append(Content(f"quality {score(quality.value)} {quality.origin}"))
    experience = deck.experience(model.id)
    if experience is not None and experience.calls:
        speed = experience.tokens_per_second
        parts.append(
            Content(
                f"mine {experience.successes}/{experience.calls} ok"
                + ("" if speed is None else f", {rate(speed)} tok/s")
            )
        )
    if model.local:
        parts.append(plain(deck.fit(model).note))
    return Content(" · ").join(parts)


def prices_age(deck: Deck) -> str:
    """How old the oldest list is, and the first provider whose newest refresh failed."""
    fetched, failed = _listing_times(deck)
    if not fetched:
        return "offline" if failed else ""
    text = f"prices {age(min(fetched), deck.clock.now())}"
    return f"{text} · {clean(failed[0])} stale" if failed else text


def nothing_shown(deck: Deck, rows: ModelRows, wanted: ModelFilter, refreshing: bool) -> tuple[str, ...]:
    """Why the table is empty, and the one key that helps."""
    words = chips(wanted)
    if rows.total and (rows.query or words):
        hiding = [f"the text {clean(rows.query)!r}"] if rows.query else []
        hiding += [f"the filter {', '.join(words)}"] if words else []
        hidden = f"{rows.total} models are hidden by {' and '.join(hiding)}."
        return ("Nothing matches.", hidden, "x clears all of it.")
    if refreshing:
        return ("Fetching the model lists.",)
    names = sorted({name for provider in deck.providers() for name in provider.key_names[:1] if not provider.has_key})
    keys = clean(", ".join(names[:4]))
    return (
        "No model is known yet.",
        f"Set {keys}," if keys else "",
        "or start a local server such as Ollama or llama.cpp." if keys else "Start Ollama or llama.cpp.",
        "F5 looks again; `modeldeck doctor` says what is missing.",
    )


def _listing_times(deck: Deck) -> tuple[list[datetime], list[str]]:
    """When the lists that hold models were fetched, and the providers whose newest refresh failed."""
    listings = [deck.catalog.listing(provider.name) for provider in deck.providers()]
    known = [listing for listing in listings if listing is not None]
    fetched = [listing.fetched_at for listing in known if listing.models and listing.fetched_at is not None]
    return fetched, [listing.provider for listing in known if listing.error is not None]
