"""modeldeck: choose, run and account for language models, from Python, the command line or the terminal.

Every public name is loaded when it is first used, so that importing the package costs nothing.
"""

TYPE_CHECKING = False  # as type checkers read it; importing `typing` takes longer than all the rest of this module
if TYPE_CHECKING:
    from typing import Any

    from modeldeck.api import analyze, get_usage_summary, record_model_usage, select_model
    from modeldeck.domain.errors import (
        BudgetError,
        ConfigError,
        DeckError,
        NothingSelectableError,
        StorageError,
        UnknownModelError,
        UsageError,
    )
    from modeldeck.domain.model import Capability
    from modeldeck.domain.profile import Complexity, Specialization
    from modeldeck.domain.request import Image, Message, Params, Request
    from modeldeck.domain.run import Answer, RunFailedError
    from modeldeck.domain.selection import Selection
    from modeldeck.domain.task import Criteria, Mode, Strategy, Tier
    from modeldeck.main import Deck

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "BudgetError",
    "Capability",
    "Complexity",
    "ConfigError",
    "Criteria",
    "Deck",
    "DeckError",
    "Image",
    "Message",
    "Mode",
    "NothingSelectableError",
    "Params",
    "Request",
    "RunFailedError",
    "Selection",
    "Specialization",
    "StorageError",
    "Strategy",
    "Tier",
    "UnknownModelError",
    "UsageError",
    "__version__",
    "analyze",
    "get_usage_summary",
    "record_model_usage",
    "select_model",
]

_HOMES = {
    "modeldeck.api": ("analyze", "get_usage_summary", "record_model_usage", "select_model"),
    "modeldeck.domain.errors": (
        "BudgetError",
        "ConfigError",
        "DeckError",
        "NothingSelectableError",
        "StorageError",
        "UnknownModelError",
        "UsageError",
    ),
    "modeldeck.domain.model": ("Capability",),
    "modeldeck.domain.profile": ("Complexity", "Specialization"),
    "modeldeck.domain.request": ("Image", "Message", "Params", "Request"),
    "modeldeck.domain.run": ("Answer", "RunFailedError"),
    "modeldeck.domain.selection": ("Selection",),
    "modeldeck.domain.task": ("Criteria", "Mode", "Strategy", "Tier"),
    "modeldeck.main": ("Deck",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> "Any":
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
