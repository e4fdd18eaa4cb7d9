from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from fakes import START, FakeClock
from modeldeck.domain.hardware import Cpu, Gpu, Memory
from modeldeck.hardware.probe import SystemProbe

CpuTimes = namedtuple("CpuTimes", "user system idle iowait guest")
GB = 2**30


class FakeNvmlError(Exception):
    pass


def fail(*_: object) -> NoReturn:
    raise FakeNvmlError("Not Supported")


def bend(double: object, *functions: str) -> None:
    for function in functions:
        setattr(double, function, fail)


class FakePsutil:
    def __init__(self, times: list[CpuTimes] | None = None) -> None:
        self.times = times or [CpuTimes(10.0, 5.0, 80.0, 5.0, 2.0)]

    def cpu_count(self, logical: bool = True) -> int:
        return 8 if logical else 4

    def cpu_times(self) -> CpuTimes:
        return self.times.pop(0) if len(self.times) > 1 else self.times[0]

    def virtual_memory(self) -> Any:
        return SimpleNamespace(total=64 * GB, available=40 * GB)


class FakeNvml:
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, cards: int = 2) -> None:
        self.cards = cards
        self.starts = 0

    def nvmlInit(self) -> None:  # noqa: N802
        self.starts += 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return self.cards

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetName(self, card: int) -> str | bytes:  # noqa: N802
        return b"Card Zero" if card == 0 else "Card One"

    def nvmlDeviceGetMemoryInfo(self, card: int) -> Any:  # noqa: N802
        return SimpleNamespace(total=24 * GB, used=(card + 1) * GB, free=(23 - card) * GB)

    def nvmlDeviceGetUtilizationRates(self, card: int) -> Any:  # noqa: N802
        return SimpleNamespace(gpu=37 + card, memory=3)

    def nvmlDeviceGetTemperature(self, card: int, sensor: int) -> int:  # noqa: N802
        assert sensor == self.NVML_TEMPERATURE_GPU
        return 50 + card

    def nvmlDeviceGetPowerUsage(self, card: int) -> int:  # noqa: N802
        return 123_400 + card


ProbeMaker = Callable[..., SystemProbe]


@pytest.fixture
def make_probe(tmp_path: Path) -> ProbeMaker:
    def make(psutil: Any = None, nvml: Any = None) -> SystemProbe:
        return SystemProbe(
            FakeClock(),
            load_psutil=lambda: psutil or FakePsutil(),
            load_pynvml=lambda: nvml or FakeNvml(),
            cpuinfo=tmp_path / "cpuinfo",
            cgroup=tmp_path / "cgroup",
        )

    return make


def test_two_cards_are_read_each_on_its_own(make_probe: ProbeMaker) -> None:
    found = make_probe().read()
    assert found.at == START
    assert found.note is None
    assert found.gpus == (
        Gpu(0, "Card Zero", 24 * GB, GB, 23 * GB, 37.0, 50.0, 123.4),
        Gpu(1, "Card One", 24 * GB, 2 * GB, 22 * GB, 38.0, 51.0, 123.401),
    )


def test_the_driver_is_started_once(make_probe: ProbeMaker) -> None:
    nvml = FakeNvml()
    probe = make_probe(nvml=nvml)
    probe.read()
    probe.read()
    assert nvml.starts == 1


def test_without_the_gpu_library_a_sentence_says_so(tmp_path: Path) -> None:
    def missing() -> NoReturn:
        raise ImportError("No module named 'pynvml'")

    found = SystemProbe(FakeClock(), load_psutil=FakePsutil, load_pynvml=missing, cgroup=tmp_path).read()
    assert found.gpus == ()
    assert found.note is not None
    assert "nvidia-ml-py" in found.note
    assert found.memory.total == 64 * GB


def test_without_a_driver_the_reason_is_told(make_probe: ProbeMaker) -> None:
    nvml = FakeNvml()
    bend(nvml, "nvmlInit")
    probe = make_probe(nvml=nvml)
    for _ in range(2):
        found = probe.read()
        assert found.gpus == ()
        assert found.note == "No NVIDIA driver answers (Not Supported); other cards are not read."


def test_a_driver_without_cards_is_told(make_probe: ProbeMaker) -> None:
    assert make_probe(nvml=FakeNvml(cards=0)).read().note == "The NVIDIA driver sees no GPU."


@pytest.mark.parametrize(
    ("function", "fact", "word"),
    [
        ("nvmlDeviceGetName", "name", "its name"),
        ("nvmlDeviceGetMemoryInfo", "memory_free", "its memory"),
        ("nvmlDeviceGetUtilizationRates", "utilization", "its utilisation"),
        ("nvmlDeviceGetTemperature", "temperature_c", "its temperature"),
        ("nvmlDeviceGetPowerUsage", "power_w", "its power"),
    ],
)
def test_one_failing_reading_leaves_the_others(make_probe: ProbeMaker, function: str, fact: str, word: str) -> None:
    nvml = FakeNvml(cards=1)
    bend(nvml, function)
    found = make_probe(nvml=nvml).read()
    (card,) = found.gpus
    assert getattr(card, fact) is None
    assert found.note == f"GPU 0 does not tell {word}."
    assert {card.name, card.power_w} != {None}


def test_a_function_that_an_old_library_lacks_is_a_missing_reading(make_probe: ProbeMaker) -> None:
    class Old:
        def __init__(self) -> None:
            self._new = FakeNvml(cards=1)

        def __getattr__(self, name: str) -> Any:
            if name == "nvmlDeviceGetPowerUsage":
                raise AttributeError(name)
            return getattr(self._new, name)

    found = make_probe(nvml=Old()).read()
    assert found.gpus[0].power_w is None
    assert found.gpus[0].temperature_c == 50.0


def test_every_reading_may_raise(make_probe: ProbeMaker) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Callable[..., NoReturn]:
            return fail

    nvml = FakeNvml(cards=2)
    bend(nvml, "nvmlDeviceGetHandleByIndex")
    found = make_probe(Broken(), nvml).read()
    assert (found.cpu.cores, found.cpu.percent) == (None, None)
    assert found.memory == Memory()
    assert found.gpus == (Gpu(0), Gpu(1))
    bend(nvml, "nvmlDeviceGetCount")
    assert make_probe(Broken(), nvml).read().gpus == ()


def test_a_missing_psutil_is_not_fatal(tmp_path: Path) -> None:
    def missing() -> NoReturn:
        raise ImportError("No module named 'psutil'")

    found = SystemProbe(FakeClock(), load_psutil=missing, load_pynvml=FakeNvml, cgroup=tmp_path).read()
    assert found.memory == Memory()
    assert len(found.gpus) == 2


def test_the_processor_is_named_by_cpuinfo(make_probe: ProbeMaker, tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Fast Chip 9000\n", encoding="utf-8")
    assert make_probe().read().cpu == Cpu("Fast Chip 9000", 8, None)


def test_percent_covers_the_time_since_the_last_reading(make_probe: ProbeMaker) -> None:
    times = [CpuTimes(10, 5, 80, 5, 0), CpuTimes(13, 6, 85, 6, 0), CpuTimes(13, 6, 85, 6, 0)]
    probe = make_probe(FakePsutil(times))
    assert probe.read().cpu.percent is None
    assert probe.read().cpu.percent == pytest.approx(40.0)
    assert probe.read().cpu.percent == pytest.approx(40.0)


def test_guest_time_is_not_counted_twice(make_probe: ProbeMaker) -> None:
    probe = make_probe(FakePsutil([CpuTimes(0, 0, 0, 0, 0), CpuTimes(50, 0, 50, 0, 50)]))
    probe.read()
    assert probe.read().cpu.percent == pytest.approx(50.0)


def write_cgroup(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")


@pytest.mark.parametrize(
    "files",
    [
        {"memory.max": f"{8 * GB}\n", "memory.current": f"{3 * GB}\n", "memory.stat": f"anon 1\ninactive_file {GB}\n"},
        {
            "memory/memory.limit_in_bytes": f"{8 * GB}\n",
            "memory/memory.usage_in_bytes": f"{3 * GB}\n",
            "memory/memory.stat": f"inactive_file 5\ntotal_inactive_file {GB}\n",
        },
    ],
)
def test_a_containers_limit_is_honoured(make_probe: ProbeMaker, tmp_path: Path, files: dict[str, str]) -> None:
    write_cgroup(tmp_path, files)
    assert make_probe().read().memory == Memory(8 * GB, 6 * GB)


@pytest.mark.parametrize("limit", ["max\n", f"{2**63 - 4096}\n", "", "nonsense"])
def test_no_limit_is_the_whole_machine(make_probe: ProbeMaker, tmp_path: Path, limit: str) -> None:
    write_cgroup(tmp_path, {"memory.max": limit, "memory.current": f"{3 * GB}\n"})
    assert make_probe().read().memory == Memory(64 * GB, 40 * GB)


def test_the_real_machine_is_read_without_failing() -> None:
    found = SystemProbe(FakeClock()).read()
    assert found.cpu.cores is not None
    assert found.cpu.cores >= 1
    assert found.memory.total is not None
    assert found.memory.available is not None
    assert 0 < found.memory.available <= found.memory.total
