"""The models of the simulated provider: every name and every maker is made up.

A name says what the simulation does with a model: `slow`, `flaky` (503 now and then), `limited` (429 after a few
requests per minute), `daily` (429 until midnight UTC), `breaks` (an error inside the stream, or with `off` a dropped
connection), `empty` (no text at all), `ending` (leaves the list soon).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from modeldeck.domain.pricing import MILLION, PriceOverride, Pricing
from modeldeck.domain.record import record

_WORDS = re.compile(r"[a-z]+")
_K = 1024
_GB = 10**9


@record
class Local:
    """What a local runtime would know: bytes on disk, quantization, whether it is in memory now."""

    size_bytes: int
    loaded: bool = False
    quantization: str = "Q4_K_M"


@dataclass(frozen=True)
class DemoModel:
    """One simulated model.

    `prices` are USD per million tokens for input and output, None for a router whose price depends on the model that
    it chooses. `long_prices` hold above so many input tokens. `can` holds `tools`, `json`, `vision`, `reasoning` and
    `thinks` (reasoning that cannot be switched off). `rate` is tokens per second, `first_s` the seconds until the
    first text. `age_days` and `ends_in_days` count from today.
    """

    id: str
    name: str
    prices: tuple[str, str] | None
    context: int
    can: str = ""
    rate: float = 70
    first_s: float = 0.6
    age_days: int = 120
    max_output: int | None = None
    long_prices: tuple[int, str, str] | None = None
    ends_in_days: int | None = None
    local: Local | None = None
    about: str = ""

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its id, which name its habits."""
        return frozenset(_WORDS.findall(self.id))

    @cached_property
    def abilities(self) -> frozenset[str]:
        """The words in `can`."""
        return frozenset(self.can.split())

    @property
    def reasons(self) -> bool:
        """Whether it can show thinking."""
        return not self.abilities.isdisjoint({"reasoning", "thinks"})

    @cached_property
    def pricing(self) -> Pricing | None:
        """Its prices per token."""
        if self.prices is None:
            return None
        overrides: tuple[PriceOverride, ...] = ()
        if self.long_prices is not None:
            above, price_input, price_output = self.long_prices
            overrides = (PriceOverride(above, input=per_token(price_input), output=per_token(price_output)),)
        return Pricing(per_token(self.prices[0]), per_token(self.prices[1]), overrides=overrides)


def per_token(per_million: str) -> Decimal:
    """A price per million tokens as a price per token."""
    return Decimal(per_million) / MILLION


_FREE = ("0", "0")

FREE_MODELS = (
    DemoModel("aurora/lantern-70b:free", "Aurora: Lantern 70B (free)", _FREE, 128 * _K, "tools json", 62),
    DemoModel("basalt/mason-coder-32b:free", "Basalt: Mason Coder 32B (free)", _FREE, 256 * _K, "tools json", 95),
    DemoModel("cinder/spark-9b:free", "Cinder: Spark 9B (free)", _FREE, 32 * _K, "json", 180, 0.3),
    DemoModel("fjord/deepthink-120b:free", "Fjord: Deepthink 120B (free)", _FREE, 160 * _K, "reasoning tools", 48),
    DemoModel("glimmer/iris-12b-vision:free", "Glimmer: Iris 12B Vision (free)", _FREE, 96 * _K, "vision", 80),
    DemoModel("juniper/scribe-24b:free", "Juniper: Scribe 24B (free)", _FREE, 128 * _K, "json", 66, age_days=300),
    DemoModel("kestrel/swift-4b-mini:free", "Kestrel: Swift 4B mini (free)", _FREE, 16 * _K, "", 300, 0.2),
    DemoModel("opal/polyglot-27b:free", "Opal: Polyglot 27B (free)", _FREE, 64 * _K, "json", 74, age_days=90),
    DemoModel("aurora/lantern-8b-slow:free", "Aurora: Lantern 8B, slow (free)", _FREE, 32 * _K, "", 8, 3.0),
    DemoModel("basalt/pebble-7b-flaky:free", "Basalt: Pebble 7B, flaky (free)", _FREE, 32 * _K, "tools", 70),
    DemoModel("cinder/spark-14b-limited:free", "Cinder: Spark 14B, limited (free)", _FREE, 32 * _K, "json", 110),
    # Small and old, so that the engine does not choose it by itself: its limit holds for every free model at once.
    DemoModel("cinder/ash-1b-daily:free", "Cinder: Ash 1B, daily limit (free)", _FREE, 8 * _K, age_days=1400),
    DemoModel(
        "nimbus/cloudbreak-alpha",
        "Nimbus: Cloudbreak Alpha",
        _FREE,
        256 * _K,
        "tools json reasoning",
        rate=58,
        age_days=6,
        about="A preview that costs nothing just now. Prompts and answers are logged by the maker.",
    ),
)

LOCAL_MODELS = (
    DemoModel(
        "hearth/matchstick-0.6b", "Hearth: Matchstick 0.6B", _FREE, 32 * _K, "", 140, 0.1, 200, local=Local(_GB // 2)
    ),
    DemoModel(
        "hearth/pocket-3b", "Hearth: Pocket 3B", _FREE, 32 * _K, "json", 64, 0.15, 260, local=Local(2 * _GB, True)
    ),
    DemoModel(
        "hearth/kettle-8b", "Hearth: Kettle 8B", _FREE, 128 * _K, "tools json", 38, 0.3, 150, local=Local(5 * _GB)
    ),
    DemoModel(
        "hearth/stove-coder-14b",
        "Hearth: Stove Coder 14B",
        _FREE,
        64 * _K,
        "tools json",
        rate=24,
        first_s=0.5,
        local=Local(9 * _GB),
    ),
    DemoModel(
        "hearth/forge-70b",
        "Hearth: Forge 70B",
        _FREE,
        128 * _K,
        "tools json reasoning",
        rate=9,
        first_s=2.5,
        local=Local(43 * _GB),
    ),
)

PAID_MODELS = (
    DemoModel("kestrel/swift-4b-mini", "Kestrel: Swift 4B mini", ("0.03", "0.06"), 16 * _K, "json", 320, 0.2),
    DemoModel("cinder/spark-9b", "Cinder: Spark 9B", ("0.05", "0.1"), 32 * _K, "json", 190, 0.25),
    DemoModel("cinder/spark-14b", "Cinder: Spark 14B", ("0.07", "0.15"), 32 * _K, "json tools", 130, 0.3),
    DemoModel("juniper/scribe-24b", "Juniper: Scribe 24B", ("0.1", "0.3"), 128 * _K, "json", 85, age_days=300),
    DemoModel("basalt/mason-coder-32b", "Basalt: Mason Coder 32B", ("0.15", "0.6"), 256 * _K, "tools json", 110),
    DemoModel("opal/polyglot-27b", "Opal: Polyglot 27B", ("0.2", "0.5"), 64 * _K, "json", 90, age_days=90),
    DemoModel("glimmer/iris-12b-vision", "Glimmer: Iris 12B Vision", ("0.2", "0.3"), 96 * _K, "vision json", 90),
    DemoModel("aurora/lantern-70b", "Aurora: Lantern 70B", ("0.23", "0.4"), 128 * _K, "tools json", 75),
    DemoModel("fjord/deepthink-120b", "Fjord: Deepthink 120B", ("0.5", "2.2"), 160 * _K, "reasoning tools json", 60),
    DemoModel("aurora/lantern-405b", "Aurora: Lantern 405B", ("2.7", "2.7"), 128 * _K, "tools json", 34, age_days=400),
    DemoModel("quarry/ledger-30b-json", "Quarry: Ledger 30B JSON", ("0.12", "0.48"), 64 * _K, "json", 120, 0.4),
    DemoModel("umber/atelier-36b", "Umber: Atelier 36B, stories", ("0.4", "0.8"), 48 * _K, "", 55, age_days=240),
    DemoModel(
        "ionic/flash-lite", "Ionic: Flash Lite", ("0.1", "0.4"), 1024 * _K, "tools json vision", 220, 0.3, 60, 64 * _K
    ),
    DemoModel(
        "ionic/flash", "Ionic: Flash", ("0.3", "2.5"), 1024 * _K, "tools json vision reasoning", 160, 0.4, 60, 64 * _K
    ),
    DemoModel(
        "ionic/pro",
        "Ionic: Pro",
        ("1.25", "10"),
        1024 * _K,
        "tools json vision thinks",
        rate=85,
        first_s=1.1,
        age_days=60,
        max_output=64 * _K,
        long_prices=(200_000, "2.5", "15"),
    ),
    DemoModel("lumen/haven-mini", "Lumen: Haven mini", ("0.8", "4"), 200 * _K, "tools json vision", 130, 0.5, 80),
    DemoModel("lumen/haven", "Lumen: Haven", ("3", "15"), 200 * _K, "tools json vision reasoning", 72, 0.9, 45),
    DemoModel(
        "lumen/haven-max", "Lumen: Haven Max", ("15", "60"), 200 * _K, "tools json vision reasoning", 41, 1.6, 45
    ),
    DemoModel("marble/oracle", "Marble: Oracle", ("10", "40"), 200 * _K, "tools json thinks", 52, 2.2, 200),
    DemoModel("compass/wayfinder-router", "Compass: Wayfinder (router)", None, 1024 * _K, "tools json", age_days=150),
)

HABIT_MODELS = (
    DemoModel("aurora/lantern-180b-slow", "Aurora: Lantern 180B, slow", ("1.1", "1.9"), 64 * _K, "tools", 8, 3.5),
    DemoModel("basalt/torrent-32b-flaky", "Basalt: Torrent 32B, flaky", ("0.3", "0.6"), 64 * _K, "tools json", 90),
    DemoModel("pinion/thimble-7b-4k", "Pinion: Thimble 7B, 4k context", ("0.06", "0.06"), 4 * _K, "", 120, 0.3, 700),
    DemoModel("tidal/current-24b-breaks", "Tidal: Current 24B, breaks", ("0.1", "0.2"), 64 * _K, "json", 80),
    DemoModel("tidal/eddy-24b-breaks-off", "Tidal: Eddy 24B, breaks off", ("0.1", "0.2"), 64 * _K, "json", 80),
    DemoModel("willow/hush-9b-empty", "Willow: Hush 9B, empty", ("0.04", "0.04"), 32 * _K, "", 90, 0.4),
    DemoModel("cinder/spark-6b-ending", "Cinder: Spark 6B, ending", ("0.04", "0.08"), 16 * _K, ends_in_days=9),
    DemoModel(
        "odd/[reverse]markup-13b",
        "Odd: [bold red]Markup[/bold red] 13B [/] \x1b[31m<b>&amp; {braces}",
        ("0.09", "0.18"),
        32 * _K,
        age_days=330,
        about="Its [bold]name[/bold], its answers and [link=x]this[/link] look like markup and must not act as it.",
    ),
    DemoModel(
        "odd/rtl-\u05de\u05d5\u05d3\u05dc-13b",
        "Odd: \u0646\u0645\u0648\u0630\u062c \u05de\u05d5\u05d3\u05dc \u202e31B 日本語 🦉",
        ("0.09", "0.18"),
        32 * _K,
        age_days=330,
        about="A name from right to left, with an override character, wide characters and an emoji.",
    ),
)

MODELS = FREE_MODELS + LOCAL_MODELS + PAID_MODELS + HABIT_MODELS
BY_ID = {model.id: model for model in MODELS}

ROUTER_CHOICE = "ionic/flash"
"""What the router chooses; its answers name this model."""
