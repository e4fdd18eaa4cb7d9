"""Sentences of the Models pane: one row in one line, and why there is nothing to see."""

from textual.content import Content

from modeldeck.domain.model import Model
from modeldeck.engine.deck import Deck
from modeldeck.engine.filter import ModelFilter
from modeldeck.tui.filters import chips
from modeldeck.tui.format import clean, plain, rate, score
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


def nothing_shown(deck: Deck, rows: ModelRows, wanted: ModelFilter, refreshing: bool) -> Content:
    """Why the table is empty, and the one key that helps."""
    words = chips(wanted)
    if rows.total and (rows.query or words):
        hiding = [f"the text {clean(rows.query)!r}"] if rows.query else []
        hiding += [f"the filter {', '.join(words)}"] if words else []
        return Content(
            f"Nothing matches.\n{rows.total} models are hidden by {' and '.join(hiding)}.\nx clears all of it."
        )
    if refreshing:
        return Content("Fetching the model lists.")
    names = sorted({name for provider in deck.providers() for name in provider.key_names[:1] if not provider.has_key})
    keys = clean(", ".join(names[:4]))
    advice = f"Set one of {keys}, or start" if keys else "Start"
    return Content(
        "No model is known yet.\n"
        f"{advice} a local server such as Ollama or llama.cpp.\n"
        "F5 looks again; `modeldeck doctor` says what is missing."
    )
