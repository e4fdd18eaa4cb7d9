from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.hardware import Gpu, Hardware, LoadedModel, Memory
from modeldeck.domain.model import Model, Origin
from modeldeck.engine.machine.fit import RUNTIME_BYTES, Fit, bits_per_weight, fit, needed_bytes

GB = 10**9
AT = datetime(2026, 9, 1, tzinfo=UTC)
LOCAL = Model(
    id="ollama/llama3.1:8b",
    provider="ollama",
    native_id="llama3.1:8b",
    name="llama3.1:8b",
    origin=Origin("provider"),
    local=True,
    size_bytes=4_920_000_000,
    quantization="Q4_K_M",
    context=131_072,
)


def machine(*free: int | None, ram: int | None = 2 * GB) -> Hardware:
    gpus = tuple(Gpu(index, memory_total=80 * GB, memory_free=each) for index, each in enumerate(free))
    return Hardware(AT, memory=Memory(64 * GB, ram), gpus=gpus)


def sized(gigabytes: float) -> Model:
    return LOCAL._replace(size_bytes=round(gigabytes * GB))


def test_a_cloud_model_has_no_fit() -> None:
    assert fit(LOCAL._replace(local=False), machine(24 * GB)).fits is None


def test_the_need_is_weights_plus_cache_plus_runtime() -> None:
    needs = needed_bytes(LOCAL)
    assert needs is not None
    cache = needs - RUNTIME_BYTES - 4_920_000_000
    assert cache == pytest.approx(8192 * 131_072, rel=0.01)


def test_a_short_context_needs_less() -> None:
    short = needed_bytes(LOCAL._replace(context=2048))
    usual = needed_bytes(LOCAL)
    assert short is not None
    assert usual is not None
    assert short < usual


@pytest.mark.parametrize(
    ("quantization", "bits"),
    [
        ("Q4_K_M", 4.8944),
        ("q8_0", 8.5008),
        ("F16", 16),
        ("bf16", 16),
        ("FP8", 8.8),
        ("4bit", 4.4),
        (None, 4.8944),
        ("unknown", 4.8944),
    ],
)
def test_bits_per_weight(quantization: str | None, bits: float) -> None:
    assert bits_per_weight(quantization) == pytest.approx(bits)


def test_without_a_file_size_the_parameters_and_the_quantisation_count() -> None:
    model = LOCAL._replace(size_bytes=None, parameters=8_030_000_000, quantization="F16")
    needs = needed_bytes(model)
    assert needs is not None
    assert needs > 16 * GB


def test_the_name_tells_the_size_when_nothing_else_does() -> None:
    named = needed_bytes(LOCAL._replace(size_bytes=None))
    told = needed_bytes(LOCAL)
    assert named is not None
    assert told is not None
    assert named == pytest.approx(told, rel=0.02)


def test_an_unknown_size_is_unknown() -> None:
    model = LOCAL._replace(size_bytes=None, native_id="mine", name="mine")
    assert fit(model, machine(24 * GB)) == Fit(None, None, None, None, "size unknown")


def test_without_a_reading_it_cannot_be_told() -> None:
    found = fit(LOCAL, None)
    assert found.fits is None
    assert found.needs_bytes is not None


def test_the_card_with_the_most_room_is_named() -> None:
    found = fit(LOCAL, machine(8 * GB, 24 * GB))
    assert (found.fits, found.run_on, found.free_bytes) == (True, "GPU 1", 24 * GB)


def test_a_card_wins_over_more_ram() -> None:
    assert fit(LOCAL, machine(8 * GB, ram=60 * GB)).run_on == "GPU 0"


def test_ram_is_the_second_choice() -> None:
    found = fit(LOCAL, machine(2 * GB, ram=60 * GB))
    assert (found.fits, found.run_on, found.free_bytes) == (True, "RAM", 60 * GB)


def test_cards_are_never_added_up() -> None:
    found = fit(sized(40), machine(24 * GB, 24 * GB))
    assert found.fits is False
    assert found.free_bytes == 24 * GB
    assert found.note.startswith("needs ≈4")
    assert found.note.endswith("24 GB free")


def test_free_memory_counts_and_not_the_total() -> None:
    assert fit(sized(40), machine(10 * GB)).fits is False


@pytest.mark.parametrize("hardware", [machine(None), machine(2 * GB, ram=None), Hardware(AT)])
def test_a_missing_reading_is_not_a_no(hardware: Hardware) -> None:
    found = fit(LOCAL, hardware)
    assert found.fits is None
    assert "unknown" in found.note


def test_a_missing_reading_does_not_hide_a_place_that_fits() -> None:
    assert fit(LOCAL, machine(None, 24 * GB, ram=None)).run_on == "GPU 1"


def test_a_loaded_model_fits() -> None:
    assert fit(LOCAL._replace(loaded=True), machine(0, ram=0)).fits is True


@pytest.mark.parametrize(
    ("size", "size_gpu", "run_on"),
    [(5 * GB, 5 * GB, "GPU"), (5 * GB, 3 * GB, "GPU + RAM"), (5 * GB, 0, "RAM"), (5 * GB, None, None)],
)
def test_a_loaded_model_says_where_it_runs(size: int, size_gpu: int | None, run_on: str | None) -> None:
    found = fit(LOCAL, machine(0, ram=0), [LoadedModel(LOCAL.id, size, size_gpu)])
    assert (found.fits, found.run_on) == (True, run_on)


def test_the_smallest_model_that_makes_room_is_named() -> None:
    loaded = [
        LoadedModel("ollama/big", 18 * GB, 18 * GB),
        LoadedModel("ollama/middle", 8 * GB, 8 * GB),
        LoadedModel("ollama/tiny", GB, GB),
    ]
    found = fit(LOCAL, machine(2 * GB), loaded)
    assert found.fits is False
    assert found.note.endswith("fits if you unload ollama/middle")


def test_with_two_cards_no_unloading_is_promised() -> None:
    found = fit(LOCAL, machine(2 * GB, GB), [LoadedModel("ollama/big", 18 * GB, 18 * GB)])
    assert "unload" not in found.note


def test_unloading_from_ram_makes_room_in_ram() -> None:
    found = fit(LOCAL, machine(ram=4 * GB), [LoadedModel("ollama/other", 6 * GB, 0)])
    assert found.note.endswith("fits if you unload ollama/other")


@given(
    st.integers(0, 10**12),
    st.lists(st.one_of(st.none(), st.integers(0, 10**12)), max_size=4),
    st.one_of(st.none(), st.integers(0, 10**12)),
)
def test_what_fits_has_room_and_more_room_never_hurts(size: int, free: list[int | None], ram: int | None) -> None:
    model = LOCAL._replace(size_bytes=size)
    found = fit(model, machine(*free, ram=ram))
    if found.fits:
        assert found.free_bytes is not None
        assert found.needs_bytes is not None
        assert found.free_bytes >= found.needs_bytes
        roomier = machine(*[None if each is None else each + GB for each in free], ram=ram)
        assert fit(model, roomier).fits
    else:
        assert found.run_on is None
