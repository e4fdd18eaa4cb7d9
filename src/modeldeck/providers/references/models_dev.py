"""models.dev, a public list of facts about models by provider: https://models.dev/api.json.

Its shape, seen in a list recorded on 2026-02-10: provider id -> {id, name, models: {model id -> {id, name,
release_date, knowledge, tool_call, reasoning, structured_output, modalities: {input, output}, limit: {context,
output}}}}.
Its prices are not read: other origins state them more exactly.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model, Origin, model_id
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.network import Network
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.connection import Connection
from modeldeck.providers.wire.values import as_date, as_dict, as_id, as_name, as_size, as_words

NAME = "models.dev"
_BASE_URL = "https://models.dev"
_PATH = "/api.json"
MOST_MODELS = 5_000
"""Per provider; the longest list of 2026 holds 420. More would be no list of a service, and fill the database."""
_DAY_OR_MONTH = re.compile(r"20\d{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


class ModelsDev:
    """Implements `ports.ReferenceSource`.

    Args:
        names: our provider name -> the provider's id at models.dev.
        network: how the world is reached.
        clock: dates what was read.
    """

    def __init__(self, names: Mapping[str, str], network: Network, clock: Clock) -> None:
        self._names = names
        self._network = network
        self._clock = clock

    @property
    def name(self) -> str:
        return NAME

    async def fetch(self) -> Sequence[Model]:
        """What is said about models of the named providers. Raises ProviderError."""
        connection = self._connection()
        try:
            payload = await connection.get_json(_BASE_URL + _PATH)
        finally:
            await connection.aclose()  # the next request comes in a day
        found = read_models_dev(payload, self._names, self._clock.now())
        if not found:
            raise connection.malformed("with nothing about any known provider")
        return found

    def _connection(self) -> Connection:
        # A connection speaks for a vendor; of this one only title and address matter, no key and no protocol.
        vendor = Vendor(name=NAME, title=NAME, kind="openai", base_url=_BASE_URL)
        info = ProviderInfo(name=NAME, title=NAME, base_url=_BASE_URL, local=False, needs_key=False, has_key=False)
        return Connection(vendor, info, Secret(), self._network, self._clock)


def read_models_dev(payload: Any, names: Mapping[str, str], at: datetime) -> list[Model]:
    """The models of the named providers under our ids; whatever is oddly formed is left out.

    Args:
        payload: the parsed answer.
        names: our provider name -> the provider's id in the answer.
        at: when the answer was read, UTC.
    """
    providers = as_dict(payload)
    origin = Origin(NAME, at)
    return [
        model
        for provider, name in names.items()
        for model in _models(provider, as_dict(as_dict(providers.get(name)).get("models")), origin)
    ]


def _models(provider: str, entries: Mapping[str, Any], origin: Origin) -> Iterator[Model]:
    for key in list(entries)[:MOST_MODELS]:
        native_id, entry = as_id(key), as_dict(entries[key])
        if native_id is not None and entry:
            yield _model(provider, native_id, entry, origin)


def _model(provider: str, native_id: str, entry: Mapping[str, Any], origin: Origin) -> Model:
    limit = as_dict(entry.get("limit"))
    context = as_size(limit.get("context"))
    knowledge = as_name(entry.get("knowledge"))
    return Model(
        id=model_id(provider, native_id),
        provider=provider,
        native_id=native_id,
        name=as_name(entry.get("name")) or native_id,
        origin=origin,
        context=context,
        max_output=as_size(limit.get("output")),
        capabilities=_capabilities(entry, context),
        created=as_date(entry.get("release_date")) if isinstance(entry.get("release_date"), str) else None,
        knowledge=knowledge if knowledge is not None and _DAY_OR_MONTH.fullmatch(knowledge) else None,
    )


def _capabilities(entry: Mapping[str, Any], context: int | None) -> frozenset[Capability]:
    modalities = as_dict(entry.get("modalities"))
    inputs = as_words(modalities.get("input"))
    evidence = {
        Capability.CHAT: "text" in as_words(modalities.get("output")),
        Capability.TOOLS: entry.get("tool_call") is True,
        Capability.VISION: "image" in inputs,
        Capability.AUDIO: "audio" in inputs,
        Capability.JSON: entry.get("structured_output") is True,
        Capability.REASONING: entry.get("reasoning") is True,
        Capability.LONG_CONTEXT: context is not None and context >= LONG_CONTEXT_TOKENS,
    }
    return frozenset(capability for capability, found in evidence.items() if found)
