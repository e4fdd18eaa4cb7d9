"""One callable entry of the catalog, with the origin and age of its facts."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from modeldeck.domain.pricing import Pricing
from modeldeck.domain.record import record


class Capability(StrEnum):
    """What a model can do; `parse_capability` knows the aliases."""

    CHAT = "chat"
    STREAMING = "streaming"
    TOOLS = "tools"
    VISION = "vision"
    AUDIO = "audio"
    JSON = "json"
    REASONING = "reasoning"
    LONG_CONTEXT = "long-context"
    CODE = "code"
    FAST = "fast"


CAPABILITY_ALIASES: Mapping[str, Capability] = {
    "function-calling": Capability.TOOLS,
    "fast-response": Capability.FAST,
}
CAPABILITY_LETTERS: Mapping[Capability, str] = {
    Capability.TOOLS: "t",
    Capability.VISION: "v",
    Capability.AUDIO: "a",
    Capability.JSON: "j",
    Capability.REASONING: "r",
    Capability.CODE: "c",
    Capability.FAST: "f",
}
LONG_CONTEXT_TOKENS = 128_000


def parse_capability(text: str) -> Capability:
    """The capability called `text` (any case, `_` or `-`); ValueError names what is allowed."""
    name = text.strip().lower().replace("_", "-")
    if name in CAPABILITY_ALIASES:
        return CAPABILITY_ALIASES[name]
    try:
        return Capability(name)
    except ValueError:
        allowed = ", ".join([*Capability, *CAPABILITY_ALIASES])
        raise ValueError(f"unknown capability {text!r}; allowed: {allowed}") from None


class Kind(StrEnum):
    """What a call costs in kind: the word on screen in capitals. Free and local are disjoint."""

    FREE = "free"
    PAID = "paid"
    LOCAL = "local"


@record
class Origin:
    """Where a fact comes from (`provider`, `user`, `estimated`, `name`, ...) and when it was read (UTC)."""

    source: str
    at: datetime | None = None


class Model(NamedTuple):
    """One model at one provider.

    A NamedTuple, because every start makes thousands of them: a frozen dataclass takes four times as long to make.
    `pricing` None: the price is unknown. `context` and `max_output` are tokens. `created` is when the provider
    listed or released it, `knowledge` the year, month or day (ISO 8601) up to which it learned. `parameters` counts
    weights, `size_bytes` is the file. `router` marks entries that choose a model themselves. `aliases` are other
    native ids of the same model. `listed` False: nobody lists it, but it can still be called.
    `quality`, `specializations` (quality by specialization) and `safety` are 0..1, by the person's own word.
    `inputs_stated`: the provider says what goes in, so that a picture is none of it unless `capabilities` has vision.
    `origin` covers every fact except those named in `origins`.
    """

    id: str
    provider: str
    native_id: str
    name: str
    origin: Origin
    local: bool = False
    pricing: Pricing | None = None
    context: int | None = None
    max_output: int | None = None
    capabilities: frozenset[Capability] = frozenset()
    created: date | None = None
    expires: date | None = None
    knowledge: str | None = None
    description: str = ""
    parameters: int | None = None
    size_bytes: int | None = None
    quantization: str | None = None
    canonical: str | None = None
    router: bool = False
    logs_prompts: bool = False
    text_output: bool = True
    listed: bool = True
    loaded: bool | None = None
    inputs_stated: bool = False
    supported_parameters: frozenset[str] | None = None
    latency_ms: float | None = None
    tokens_per_second: float | None = None
    quality: float | None = None
    specializations: Mapping[str, float] = MappingProxyType({})
    safety: float | None = None
    alias: str | None = None
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    origins: Mapping[str, Origin] = MappingProxyType({})

    @property
    def free(self) -> bool:
        """Costs nothing, by a known price, at a provider that is not local."""
        return not self.local and self.text_output and self.pricing is not None and self.pricing.zero

    @property
    def costs_nothing(self) -> bool:
        """Free or local: what free-first, `free_only` and `free_share` mean."""
        return self.local or self.free

    @property
    def declared_free(self) -> bool:
        """Free by its name, which lasts longer than a price that is zero just now."""
        return self.free and (self.native_id.endswith(":free") or self.native_id == "openrouter/free")

    @property
    def kind(self) -> Kind:
        """FREE, LOCAL or PAID; an unknown price counts as paid until somebody says otherwise."""
        if self.local:
            return Kind.LOCAL
        return Kind.FREE if self.free else Kind.PAID

    def origin_of(self, fact: str) -> Origin:
        """The origin of one fact by its attribute name."""
        return self.origins.get(fact, self.origin)


def by_name(model: Model) -> tuple[str, str]:
    """The key that sorts one provider's models: by name, whatever its letters' case."""
    return model.name.casefold(), model.id


def model_id(provider: str, native_id: str) -> str:
    """The catalog id of a provider's model."""
    return f"{provider}/{native_id}"


def provider_of(model: str) -> str:
    """The provider part of a catalog id."""
    return model.partition("/")[0]
