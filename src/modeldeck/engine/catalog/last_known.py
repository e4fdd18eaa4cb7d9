"""Facts that a runtime tells about a model only while it holds it in memory, kept from the list before."""

from collections.abc import Iterable
from typing import Any

from modeldeck.domain.model import Model

KEPT = ("context", "parameters", "quantization", "size_bytes")
"""Facts of the model's file, which is the same when it is not loaded; llama.cpp's router leaves them out then."""


def keep_last_known(models: Iterable[Model], before: Iterable[Model]) -> list[Model]:
    """The models as a runtime lists them now; what it left out has the value, origin and age of the list before.

    Args:
        models: the list that was just fetched.
        before: the last list of the same provider.
    """
    known = {model.id: model for model in before}
    return [_completed(model, known[model.id]) if model.id in known else model for model in models]


def _completed(model: Model, before: Model) -> Model:
    kept: dict[str, Any] = {
        fact: value for fact in KEPT if getattr(model, fact) is None and (value := getattr(before, fact)) is not None
    }
    if not kept:
        return model
    return model._replace(**kept, origins={**model.origins, **{fact: before.origin_of(fact) for fact in kept}})
