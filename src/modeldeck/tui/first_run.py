"""What a person reads before anything was chosen: what was found, and which keys come next."""

from collections import Counter

from textual.content import Content

from modeldeck.domain.state import DeckState
from modeldeck.engine.deck import Deck
from modeldeck.tui.advice import NOTHING_YET, first_steps
from modeldeck.tui.format import clean
from modeldeck.tui.hints import KeyOf, with_bold_keys

_FIRST = "{table.activate|enter} uses a model  {pane.playground|4} prompt  {models.free|f} free"
_LAST = "{app.help|?} help  {pane.back|esc} hides"


def is_first_run(deck: Deck) -> bool:
    """Whether nothing was ever chosen or asked."""
    return deck.choices.state == DeckState() and not deck.experience.all()


def first_run_lines(deck: Deck, key_of: KeyOf) -> Content:
    """What answers, or what to do so that something does, and the next keys."""
    there = _found(deck)
    if not there:
        known = ": the table shows what the installed price data knows" if deck.catalog.models else ""
        # Without any row the empty table says all the rest.
        tour = [Content(deck.tour)] if deck.catalog.models else []
        last = with_bold_keys(_LAST, key_of)
        return Content("\n").join([Content(f"{NOTHING_YET}{known}. {first_steps(deck)}"), *tour, last])
    found = deck.tour if deck.simulated else f"Found: {', '.join(there)}."
    return Content("\n").join([Content(found), with_bold_keys(f"{_FIRST}  {_LAST}", key_of)])


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
