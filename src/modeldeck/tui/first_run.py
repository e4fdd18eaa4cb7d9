"""What a person reads before anything was chosen: what was found, and which keys come next."""

from collections import Counter
from collections.abc import Callable

from textual.content import Content

from modeldeck.domain.settings import DeckState
from modeldeck.engine.deck import Deck
from modeldeck.tui.advice import first_steps
from modeldeck.tui.format import clean

KeyOf = Callable[[str, str], str]
"""The keys of a binding's id as they are now; the second argument are those it has when nothing was remapped."""


def is_first_run(deck: Deck) -> bool:
    """Whether nothing was ever chosen or asked."""
    return deck.choices.state == DeckState() and not deck.experience.all()


def first_run_lines(deck: Deck, key_of: KeyOf) -> Content:
    """What answers, or what to do so that something does, and the next keys."""
    there = _found(deck)
    if not there:
        # Without any row the empty table says all the rest.
        tour = [Content(deck.tour)] if deck.catalog.models else []
        return Content("\n").join([Content(f"No model can be called yet. {first_steps(deck)}"), *tour, _last(key_of)])
    found = deck.tour if deck.simulated else f"Found: {', '.join(there)}."
    return Content("\n").join([Content(found), Content("  ").join([*_first(key_of), _last(key_of)])])


def _first(key_of: KeyOf) -> list[Content]:
    """What can be done once there are models."""
    steps = (
        ("table.activate", "enter", "uses a model"),
        ("pane.playground", "4", "prompt"),
        ("models.free", "f", "free"),
    )
    return [Content.assemble((key_of(name, usual), "bold"), f" {words}") for name, usual, words in steps]


def _last(key_of: KeyOf) -> Content:
    return Content.assemble(
        (key_of("app.help", "?"), "bold"), " help  ", (key_of("pane.back", "esc"), "bold"), " hides"
    )


def _found(deck: Deck) -> list[str]:
    """Providers that could answer, each with the number of its models; unlisted ones are known, but not offered."""
    usable = [provider.name for provider in deck.providers() if provider.usable]
    counts = Counter((model.provider, model.listed) for model in deck.catalog.models)
    return [
        f"{clean(name)} {counts[name, listed]} {words}"
        for name in usable
        for listed, words in ((True, "models"), (False, "unlisted models"))
        if counts[name, listed]
    ]
