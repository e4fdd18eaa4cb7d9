import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest

from fakes import FakeClock
from modeldeck.domain.call import Call, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ConfigError, ErrorKind, ProviderError
from modeldeck.domain.model import Kind
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.domain.request import Message, Params
from modeldeck.ports import Provider
from modeldeck.providers.demo.simulation import SPEED_VARIABLE, build


@pytest.fixture
def provider(clock: FakeClock) -> Provider:
    return build({}, clock)["demo"]


async def ask(
    provider: Provider, model: str, prompt: str = "Explain tides", *, max_tokens: int | None = None
) -> list[Chunk]:
    call = Call(native_id=model, messages=(Message("user", prompt),), params=Params(max_tokens=max_tokens))
    try:
        return [chunk async for chunk in provider.stream(call)]
    finally:
        await provider.aclose()


def test_it_is_usable_without_a_key(provider: Provider) -> None:
    assert provider.info.name == "demo"
    assert provider.info.usable
    assert not provider.info.local


async def test_free_paid_and_local_models_are_listed(provider: Provider) -> None:
    models = await provider.list_models()
    await provider.aclose()
    kinds = Counter(model.kind for model in models)
    assert min(kinds[Kind.FREE], kinds[Kind.PAID], kinds[Kind.LOCAL]) >= 5
    for model in models:
        if model.local:
            assert model.pricing == LOCAL_PRICING
            assert model.size_bytes is not None


async def test_loaded_models_are_among_the_local_ones(provider: Provider) -> None:
    models = {model.id: model for model in await provider.list_models()}
    loaded = await provider.loaded()
    await provider.aclose()
    assert loaded
    assert all(models[entry.model].loaded for entry in loaded)


async def test_an_answer_streams_through_the_ordinary_client(provider: Provider) -> None:
    chunks = await ask(provider, "lumen/haven")
    assert any(isinstance(chunk, ReasoningChunk) for chunk in chunks)
    assert "Simulated answer" in "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk))
    (usage,) = (chunk for chunk in chunks if isinstance(chunk, UsageChunk))
    assert usage.cost_usd == (usage.usage.input_tokens * Decimal(3) + usage.usage.output_tokens * Decimal(15)) / 10**6
    assert chunks[-1] == StopChunk("stop")


async def test_a_cut_answer_says_so(provider: Provider) -> None:
    assert (await ask(provider, "lumen/haven", max_tokens=5))[-1] == StopChunk("length")


@pytest.mark.parametrize(
    ("model", "prompt", "kind"),
    [
        ("pinion/thimble-7b-4k", "x" * 20_000, ErrorKind.CONTEXT),
        ("cinder/ash-1b-daily:free", "Hi", ErrorKind.RATE_DAY),
        ("tidal/eddy-24b-breaks-off", "Hi", ErrorKind.BROKEN_STREAM),
        ("tidal/current-24b-breaks", "Hi", ErrorKind.OVERLOADED),
        ("nobody/nothing", "Hi", ErrorKind.NOT_FOUND),
    ],
)
async def test_faults_are_classified_like_real_ones(
    provider: Provider, model: str, prompt: str, kind: ErrorKind
) -> None:
    with pytest.raises(ProviderError) as caught:
        await ask(provider, model, prompt)
    assert caught.value.failure.kind is kind


async def test_a_minute_limit_is_about_the_model_alone(provider: Provider) -> None:
    model = "cinder/spark-14b-limited:free"
    await ask(provider, model)
    await ask(provider, model)
    with pytest.raises(ProviderError) as caught:
        await ask(provider, model)
    failure = caught.value.failure
    assert failure.kind is ErrorKind.RATE_MINUTE
    assert failure.scope is None
    assert failure.resets_at is not None


async def test_the_day_limit_is_about_all_free_models(provider: Provider) -> None:
    with pytest.raises(ProviderError):
        await ask(provider, "cinder/ash-1b-daily:free")
    (quota,) = provider.quotas()
    assert (quota.scope, quota.limit, quota.remaining) == ("demo:free", 50, 0)


async def test_the_seed_changes_what_is_said(clock: FakeClock) -> None:
    async def text(seed: str) -> str:
        chunks = await ask(build({"MODELDECK_DEMO_SEED": seed}, clock)["demo"], "aurora/lantern-70b")
        return "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk))

    assert await text("1") == await text("1")
    assert await text("1") != await text("2")


async def test_speed_zero_does_not_wait(clock: FakeClock) -> None:
    await ask(build({SPEED_VARIABLE: "0"}, clock)["demo"], "aurora/lantern-180b-slow")
    assert clock.elapsed == 0


@pytest.mark.parametrize("speed", ["fast", "-1", "nan", "inf"])
def test_a_wrong_speed_is_named(clock: FakeClock, speed: str) -> None:
    with pytest.raises(ConfigError, match=SPEED_VARIABLE):
        build({SPEED_VARIABLE: speed}, clock)


def test_building_it_loads_no_http_library() -> None:
    code = (
        "import sys; from modeldeck.clock import SystemClock; from modeldeck.providers.demo.simulation import build; "
        "build({}, SystemClock()); print(sorted({'httpx', 'asyncio'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
