"""modeldeck: choose, run and account for language models, from Python, the command line or the terminal.

Every public name is loaded when it is first used, so that importing the package costs nothing.
"""

TYPE_CHECKING = False  # as type checkers read it; importing `typing` takes longer than all the rest of this module
if TYPE_CHECKING:
    from typing import Any

    from modeldeck.api import (
        analyze,
        get_model_for_complexity,
        get_usage_summary,
        quality,
        recommend,
        record_model_usage,
        select_model,
    )
    from modeldeck.domain.advice import Discovery, ModelAdvice, Recommendation
    from modeldeck.domain.errors import (
        BudgetError,
        ConfigError,
        DeckError,
        ErrorKind,
        Failure,
        LimitError,
        NothingSelectableError,
        ProviderError,
        StorageError,
        UnknownModelError,
        UsageError,
    )
    from modeldeck.domain.model import Capability, Model
    from modeldeck.domain.performance import Performance, TaskPerformance
    from modeldeck.domain.profile import Complexity, Profile, Specialization
    from modeldeck.domain.quality import NamedQuality
    from modeldeck.domain.request import Image, Message, Params, Request
    from modeldeck.domain.run import (
        Answer,
        AttemptFailed,
        AttemptStarted,
        Event,
        Finished,
        ReasoningDelta,
        RunFailedError,
        Selected,
        StepFailedError,
        TextDelta,
        UsageUpdated,
    )
    from modeldeck.domain.selection import Selection
    from modeldeck.domain.task import Criteria, Mode, Strategy, Tier
    from modeldeck.main import Deck

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "AttemptFailed",
    "AttemptStarted",
    "BudgetError",
    "Capability",
    "Complexity",
    "ConfigError",
    "Criteria",
    "Deck",
    "DeckError",
    "Discovery",
    "ErrorKind",
    "Event",
    "Failure",
    "Finished",
    "Image",
    "LimitError",
    "Message",
    "Mode",
    "Model",
    "ModelAdvice",
    "NamedQuality",
    "NothingSelectableError",
    "Params",
    "Performance",
    "Profile",
    "ProviderError",
    "ReasoningDelta",
    "Recommendation",
    "Request",
    "RunFailedError",
    "Selected",
    "Selection",
    "Specialization",
    "StepFailedError",
    "StorageError",
    "Strategy",
    "TaskPerformance",
    "TextDelta",
    "Tier",
    "UnknownModelError",
    "UsageError",
    "UsageUpdated",
    "__version__",
    "analyze",
    "get_model_for_complexity",
    "get_usage_summary",
    "quality",
    "recommend",
    "record_model_usage",
    "select_model",
]

_HOMES = {
    "modeldeck.api": (
        "analyze",
        "get_model_for_complexity",
        "get_usage_summary",
        "quality",
        "recommend",
        "record_model_usage",
        "select_model",
    ),
    "modeldeck.domain.advice": ("Discovery", "ModelAdvice", "Recommendation"),
    "modeldeck.domain.errors": (
        "BudgetError",
        "ConfigError",
        "DeckError",
        "ErrorKind",
        "Failure",
        "LimitError",
        "NothingSelectableError",
        "ProviderError",
        "StorageError",
        "UnknownModelError",
        "UsageError",
    ),
    "modeldeck.domain.model": ("Capability", "Model"),
    "modeldeck.domain.performance": ("Performance", "TaskPerformance"),
    "modeldeck.domain.profile": ("Complexity", "Profile", "Specialization"),
    "modeldeck.domain.quality": ("NamedQuality",),
    "modeldeck.domain.request": ("Image", "Message", "Params", "Request"),
    "modeldeck.domain.run": (
        "Answer",
        "AttemptFailed",
        "AttemptStarted",
        "Event",
        "Finished",
        "ReasoningDelta",
        "RunFailedError",
        "Selected",
        "StepFailedError",
        "TextDelta",
        "UsageUpdated",
    ),
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
