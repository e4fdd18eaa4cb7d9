"""The quality of models by any name that they go by: ids, native names, names as they are published."""

import re
from collections.abc import Iterator

from modeldeck.domain.errors import UnknownModelError, UsageError
from modeldeck.domain.model import Model, Origin
from modeldeck.domain.profile import Specialization
from modeldeck.domain.quality import NamedQuality
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.standing import Standing

_SPACES = re.compile(r"[\s_]+")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")  # `Claude 3.5 Sonnet (Oct 2024)`


def appraise(
    name: str, specialization: Specialization | str | None, catalog: Catalog, standing: Standing
) -> NamedQuality:
    """The quality of the model called `name`. A name that nobody lists is judged by what it tells: size, words, date.

    Raises:
        UsageError: there is no such specialization, or the name is empty.
    """
    kind = _specialization(specialization)
    if not name.strip():
        raise UsageError("A model's name is empty.")
    listed = next((model for form in _forms(name) if (model := _listed(form, catalog, standing))), None)
    found = standing.quality(listed or _bare(name), kind)
    return NamedQuality(
        name=name,
        specialization=kind,
        quality=found.value,
        origin=found.origin,
        model=None if listed is None else listed.id,
    )


def _specialization(given: Specialization | str | None) -> Specialization | None:
    try:
        return None if given is None else Specialization(given)
    except ValueError:
        allowed = ", ".join(Specialization)
        raise UsageError(f"There is no specialization {given!r}.", f"Allowed: {allowed}.") from None


def _forms(name: str) -> Iterator[str]:
    """The name as it stands, then without a remark behind it, as an id would be written."""
    yield name
    dashed = _SPACES.sub("-", _BRACKETS.sub("", name).strip())
    if dashed != name:
        yield dashed


def _listed(name: str, catalog: Catalog, standing: Standing) -> Model | None:
    try:
        model = catalog.resolve(name, standing.keyed)
    except UnknownModelError:
        return catalog.titled(name)
    return model if model.listed else None


def _bare(name: str) -> Model:
    native = _SPACES.sub("-", name.strip())
    return Model(f"unlisted/{native}", "unlisted", native, name, Origin("name"))
