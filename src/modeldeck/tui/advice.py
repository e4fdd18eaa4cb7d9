"""What helps a person who has no model yet, in one wording for every pane."""

from modeldeck.engine.deck import Deck
from modeldeck.tui.format import clean

NOTHING_YET = "No model can be called yet"

SERVERS = "Ollama, llama.cpp, LM Studio or vLLM"


def first_steps(deck: Deck) -> str:
    """The key to set first, or a local server to start; keys that local servers may take are not asked for."""
    keys = [provider.key_names[0] for provider in deck.providers() if not provider.usable and provider.key_names]
    return f"Set {clean(keys[0])}, or start {SERVERS}." if keys else f"Start {SERVERS}."


def nothing_callable(deck: Deck) -> bool:
    """Whether no provider could answer: none with its key, and no local model."""
    keyed = any(provider.usable and not provider.local for provider in deck.providers())
    return not keyed and not deck.catalog.local()


def opening_advice(deck: Deck) -> str | None:
    """What to do before anything can be asked; None when some provider could answer."""
    return first_steps(deck) if nothing_callable(deck) else None
