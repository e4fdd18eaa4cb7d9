"""The provider `demo`: the ordinary OpenRouter adapter in front of a simulated service, without key and network."""

import math
from collections.abc import Mapping

from modeldeck.domain.errors import ConfigError
from modeldeck.ports import Clock, Provider, ProviderInfo
from modeldeck.providers.late import LateProvider

NAME = "demo"
SEED_VARIABLE = "MODELDECK_DEMO_SEED"
SPEED_VARIABLE = "MODELDECK_DEMO_SPEED"

# The top-level domain `invalid` never resolves (RFC 2606): were the simulation ever missing, nothing would be reached.
BASE_URL = "https://demo.invalid/api/v1"
INFO = ProviderInfo(name=NAME, title="Demo", base_url=BASE_URL, local=False, needs_key=False, has_key=False)


def build(environment: Mapping[str, str], clock: Clock) -> dict[str, Provider]:
    """The only provider of the simulation, by its name; what is heavy is loaded when it is first asked.

    Args:
        environment: MODELDECK_DEMO_SEED (any text, default 0) and MODELDECK_DEMO_SPEED (a factor, default 1;
            0 does not wait at all).
        clock: the time of adapter and service.

    Raises:
        ConfigError: the speed is no number from 0 up.
    """
    seed = environment.get(SEED_VARIABLE, "").strip() or "0"
    speed = _speed(environment)

    def simulate() -> Provider:
        from modeldeck.providers.demo.adapter import Demo

        return Demo(INFO, clock, seed=seed, speed=speed)

    return {NAME: LateProvider(INFO, simulate)}


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
