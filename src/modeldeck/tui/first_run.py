"""What a person reads before anything was chosen: what was found, and which keys come next."""

from textual.content import Content

from modeldeck.domain.settings import DeckState
from modeldeck.engine.deck import Deck
from modeldeck.tui.format import clean


def is_first_run(state: DeckState) -> bool:
    """Whether no choice was ever made in the program."""
    return state == DeckState()


def first_run_lines(deck: Deck) -> Content:
    """At most four lines of what answers, what lacks a key, and the next keys."""
    return Content("\n").join([*_found(deck), _NEXT])


_NEXT = Content.from_markup(
    "[b]enter[/b] uses a model  [b]4[/b] writes a prompt  [b]f[/b] free models  [b]?[/b] helps  [b]esc[/b] hides this"
)


def _found(deck: Deck) -> list[Content]:
    models = deck.catalog.models
    counts = [(provider, sum(model.provider == provider.name for model in models)) for provider in deck.providers()]
    there = [f"{clean(provider.name)} {count} models" for provider, count in counts if count and provider.usable]
    names = [provider.key_names[0] for provider, _ in counts if not provider.usable and provider.key_names]
    lines = [Content(f"Found: {', '.join(there)}." if there else "No model can be called yet.")]
    if names and not there:
        lines.append(Content(f"Set {clean(' or '.join(names[:3]))}, or start Ollama or llama.cpp, then F5."))
    return lines
