"""The provider `demo`: the ordinary OpenRouter client in front of a simulated service, without key and network."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model, model_id
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.ports import Clock, Provider, ProviderInfo
from modeldeck.providers.demo_models import BY_ID, LOCAL_MODELS
from modeldeck.providers.network import Network
from modeldeck.providers.openrouter import OpenRouter
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor

NAME = "demo"
SEED_VARIABLE = "MODELDECK_DEMO_SEED"
SPEED_VARIABLE = "MODELDECK_DEMO_SPEED"

# The top-level domain `invalid` never resolves (RFC 2606): were the transport ever missing, nothing would be reached.
VENDOR = Vendor(
    name=NAME,
    title="Demo",
    kind="openrouter",
    base_url="https://demo.invalid/api/v1",
    version_path="/v1",
    asks_for_usage=False,
    reports_cost=True,
)


def build(environment: Mapping[str, str], clock: Clock) -> dict[str, Provider]:
    """The only provider of the simulation, by its name.

    Args:
        environment: MODELDECK_DEMO_SEED (any text, default 0) and MODELDECK_DEMO_SPEED (a factor, default 1;
            0 does not wait at all).
        clock: the time of client and service.

    Raises:
        ConfigError: the speed is no number from 0 up.
    """
    # httpx costs 100 ms to import; nothing but the simulation needs it this early.
    from modeldeck.providers.demo_transport import DemoTransport

    seed = environment.get(SEED_VARIABLE, "").strip() or "0"
    transport = DemoTransport(clock, seed=seed, speed=_speed(environment))
    info = ProviderInfo(
        name=NAME, title=VENDOR.title, base_url=VENDOR.base_url, local=False, needs_key=False, has_key=False
    )
    return {NAME: DemoProvider(VENDOR, info, Secret(), Network(transport), clock, guessed=False)}


class DemoProvider(OpenRouter):
    """OpenRouter's client, with some models marked as local: its protocol has no word for them."""

    async def loaded(self) -> Sequence[LoadedModel]:
        """The simulated local models that are in memory by their facts."""
        return tuple(
            LoadedModel(model_id(NAME, model.id), model.local.size_bytes)
            for model in LOCAL_MODELS
            if model.local is not None and model.local.loaded
        )

    def _read_list(self, payload: Any) -> list[Model] | None:
        models = super()._read_list(payload)
        return None if models is None else [_with_local_facts(model) for model in models]


def _with_local_facts(model: Model) -> Model:
    simulated = BY_ID.get(model.native_id)
    if simulated is None or simulated.local is None:
        return model
    return replace(
        model,
        local=True,
        pricing=LOCAL_PRICING,
        size_bytes=simulated.local.size_bytes,
        quantization=simulated.local.quantization,
        loaded=simulated.local.loaded,
    )


def _speed(environment: Mapping[str, str]) -> float:
    text = environment.get(SPEED_VARIABLE, "").strip() or "1"
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not (math.isfinite(speed) and speed >= 0):
        raise ConfigError(
            f"{SPEED_VARIABLE} is {text!r}, which is no speed.",
            "A factor from 0 up: 2 is twice as fast, 0 does not wait at all.",
        )
    return speed
