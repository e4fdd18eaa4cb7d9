"""Models of every kind, and why one of them would be ruled out."""

from typing import Any

from fakes import free_model, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Capability, Model, Origin
from modeldeck.domain.task import Criteria
from modeldeck.engine.selection.constraints import Named, rejection

TOOLS, VISION, FAST, LONG = Capability.TOOLS, Capability.VISION, Capability.FAST, Capability.LONG_CONTEXT
FREE, LOCAL, PAID = free_model(), local_model(), make_model()
UNKNOWN = make_model("cloud/unknown", price=None)
UNLISTED = make_model("cloud/next", price=None, context=None, listed=False, origin=Origin("unlisted"))


def reason(
    model: Model,
    criteria: Criteria | None = None,
    *,
    named: Named = Named.NO,
    profile: dict[str, Any] | None = None,
    **situation: Any,
) -> str | None:
    found = rejection(
        model,
        make_policy(criteria=criteria or Criteria()),
        make_profile(**(profile or {})),
        make_situation(model, **situation),
        named,
    )
    return None if found is None else found.reason
