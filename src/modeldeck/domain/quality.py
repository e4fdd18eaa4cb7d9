"""What is known about the quality of a named model."""

from datetime import date

from modeldeck.domain.profile import Specialization
from modeldeck.domain.record import record


@record(kw_only=True)
class NamedQuality:
    """The expected quality (0..1) of a model for a specialization, None: in general.

    `name` is as it was asked for, `model` the catalog entry it stands for, None when nobody lists it.
    `origin` is `user`, `own votes` or `estimated`. `sources` names the measurements behind the value, the `newest` of
    which is of that day; an estimate from facts has none.
    """

    name: str
    specialization: Specialization | None
    quality: float
    origin: str
    model: str | None = None
    sources: tuple[str, ...] = ()
    newest: date | None = None
