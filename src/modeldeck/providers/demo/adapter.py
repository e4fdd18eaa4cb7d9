"""OpenRouter's adapter in front of the simulated service."""

from collections.abc import Sequence
from typing import Any

from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model, model_id
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.demo.models import BY_ID, LOCAL_MODELS
from modeldeck.providers.demo.transport import DemoTransport
from modeldeck.providers.network import Network
from modeldeck.providers.openrouter.adapter import OpenRouter
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor


class Demo(OpenRouter):
    """The ordinary adapter, with some models marked as local: OpenRouter's protocol has no word for them.

    Args:
        info: name and address.
        clock: the time of adapter and service.
        seed: of everything that is left to chance.
        speed: divides every waiting time; 0 does not wait at all.
    """

    def __init__(self, info: ProviderInfo, clock: Clock, *, seed: str, speed: float) -> None:
        vendor = Vendor(
            name=info.name,
            title=info.title,
            kind="openrouter",
            base_url=info.base_url,
            version_path="/v1",
            asks_for_usage=False,
            reports_cost=True,
        )
        network = Network(DemoTransport(clock, seed=seed, speed=speed))
        super().__init__(vendor, info, Secret(), network, clock, guessed=False)

    async def loaded(self) -> Sequence[LoadedModel]:
        """The simulated local models that are in memory by their facts."""
        return tuple(
            LoadedModel(model_id(self.info.name, model.id), model.local.size_bytes)
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
    return model._replace(
        local=True,
        pricing=LOCAL_PRICING,
        size_bytes=simulated.local.size_bytes,
        quantization=simulated.local.quantization,
        loaded=simulated.local.loaded,
    )
