"""Choosing among a few models: one of each kind, and a selection over them."""

from collections.abc import Mapping
from random import Random
from typing import Any

from fakes import free_model, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Model
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import Settings
from modeldeck.engine.selection.selector import select

FREE = free_model("router/gratis:free", quality=0.6)
LOCAL = local_model("home/llama:8b", quality=0.5)
PAID = make_model("cloud/paid", quality=0.8)
CHEAP = make_model("cloud/cheap", quality=0.7, price=("0.1", "0.2"))
ALL = (FREE, LOCAL, PAID, CHEAP)


def choose(
    *models: Model,
    profile: Mapping[str, Any] | None = None,
    world: Mapping[str, Any] | None = None,
    config: Settings | None = None,
    pinned: Model | None = None,
    preferred: Model | None = None,
    seed: int = 0,
    **policy: Any,
) -> Selection:
    return select(
        make_policy(**policy),
        make_profile(**(profile or {})),
        make_situation(*models, **(world or {})),
        config or Settings(),
        Random(seed),
        pinned,
        preferred,
    )
