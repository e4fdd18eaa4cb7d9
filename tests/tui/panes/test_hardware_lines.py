"""The Hardware pane's lines from one reading."""

from datetime import UTC, datetime

from fakes import local_model
from modeldeck.domain.hardware import Cpu, Gpu, Hardware, LoadedModel, Memory
from modeldeck.engine.machine.fit import fit
from modeldeck.tui.panes.hardware_lines import History, all_lines

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
GB = 1_000_000_000
NO_HISTORY = History((), {})
ADVICE = "start a server"


def text(
    hardware: Hardware, loaded: tuple[LoadedModel, ...] = (), *, history: History = NO_HISTORY, width: int = 80
) -> str:
    models = [
        local_model("home/big:32b", size_bytes=20 * GB, parameters=32 * GB),
        local_model("home/small:3b", size_bytes=2 * GB, parameters=3 * GB),
    ]
    fits = [(model, fit(model, hardware, loaded)) for model in models]
    return "\n".join(line.content.plain.rstrip() for line in all_lines(hardware, loaded, fits, history, width, ADVICE))


def test_each_card_stands_by_itself_with_what_is_free() -> None:
    cards = (
        Gpu(0, "RTX 4090", 24 * GB, 11 * GB, 13 * GB, 40.0, 61.0, 212.0),
        Gpu(1, "RTX 3060", 12 * GB, 2 * GB, 10 * GB, None, None, None),
    )
    shown = text(Hardware(NOW, Cpu("Ryzen", 16, 23.0), Memory(24 * GB, 13 * GB), cards))
    assert "free 13.0 GB of 24.0 GB" in shown
    assert "61 °C  212 W" in shown
    assert "— °C  — W" in shown
    assert "16 cores · Ryzen" in shown


def test_missing_readings_are_dashes_and_the_reason_is_told() -> None:
    shown = text(Hardware(NOW, note="NVML is [/not] here"))
    assert "CPU" in shown
    assert "free — of —" in shown
    assert "NVML is [/not] here" in shown


def test_it_says_what_fits_now_and_what_would_after_unloading() -> None:
    card = Gpu(0, "RTX 4090", 24 * GB, 21 * GB, 3 * GB)
    loaded = (LoadedModel("home/other:30b", 20 * GB, 20 * GB),)
    shown = text(Hardware(NOW, Cpu(), Memory(16 * GB, 8 * GB), (card,)), loaded)
    assert "loaded other:30b  20.0 GB  on the GPU" in shown
    assert shown.index("small:3b") < shown.index("big:32b")
    assert "fits if you unload home/other:30b" in shown


def test_a_narrow_pane_drops_whole_words() -> None:
    card = Gpu(0, "NVIDIA RTX 4090", 24 * GB, 21 * GB, 3 * GB, None, 61.0, 212.0)
    machine = Hardware(NOW, Cpu("AMD EPYC 9B14", 16, 23.0), Memory(24 * GB, 13 * GB), (card,))
    lines = [line.rstrip() for line in text(machine, width=42).splitlines()[:4]]
    assert lines[0].endswith("16 cores · AMD EPYC")
    assert lines[1].endswith("free 13.0 GB")
    assert lines[3].endswith("212 W  NVIDIA")


def test_a_model_that_its_list_calls_loaded_is_shown_as_loaded() -> None:
    model = local_model("home/pocket-3b")._replace(loaded=True)
    machine = Hardware(NOW)
    lines = all_lines(machine, (), [(model, fit(model, machine))], NO_HISTORY, 80, ADVICE)
    shown = [line.content.plain for line in lines]
    assert "no local model is loaded" not in shown
    assert "loaded pocket-3b  —" in shown


def test_history_stands_beside_the_figure() -> None:
    shown = text(Hardware(NOW, Cpu(percent=100.0)), history=History((0.0, 50.0, 100.0), {}))
    assert "▁▅█ 100 %" in shown


def test_without_local_models_it_says_how_to_get_one() -> None:
    lines = all_lines(Hardware(NOW), (), [], NO_HISTORY, 80, ADVICE)
    assert any(ADVICE in line.content.plain for line in lines)
