"""NVIDIA cards, read through NVML (https://docs.nvidia.com/deploy/nvml-api/), each on its own."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any

from modeldeck.domain.hardware import Gpu
from modeldeck.hardware.reading import attempt

_log = logging.getLogger(__name__)

NO_LIBRARY = "The package nvidia-ml-py is missing, so no GPU is read."
NO_CARD = "The NVIDIA driver sees no GPU."


class Cards:
    """Reads every card that the driver shows; safe to use from several threads.

    Args:
        load: imports and returns the module `pynvml`; called once.
    """

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load
        self._lock = Lock()
        self._started = False
        self._nvml: Any = None
        self._trouble: str | None = None

    def read(self) -> tuple[tuple[Gpu, ...], str | None]:
        """The cards, and a sentence about what could not be read (None when all could)."""
        with self._lock:
            if not self._started:
                self._start()
                self._started = True
        if self._trouble is not None:
            return (), self._trouble
        count = attempt("the number of GPUs", self._nvml.nvmlDeviceGetCount)
        if count is None:
            return (), "The NVIDIA driver does not tell how many GPUs there are."
        if not count:
            return (), NO_CARD
        gpus = tuple(self._card(index) for index in range(count))
        return gpus, _missing(gpus)

    def _start(self) -> None:
        try:
            nvml = self._load()
        except ImportError:
            self._trouble = NO_LIBRARY
            return
        try:
            nvml.nvmlInit()
        except Exception as error:  # noqa: BLE001 - besides NVMLError the loader of the driver's library may fail
            _log.debug("NVML does not start: %s: %s", type(error).__name__, error)
            self._trouble = f"No NVIDIA driver answers ({error}); other cards are not read."
            return
        self._nvml = nvml

    def _card(self, index: int) -> Gpu:
        nvml = self._nvml
        handle = attempt(f"GPU {index}", lambda: nvml.nvmlDeviceGetHandleByIndex(index))
        if handle is None:
            return Gpu(index)

        def ask(what: str, question: Callable[[Any], Any]) -> Any:
            return attempt(f"GPU {index}: {what}", lambda: question(handle))

        # Memory is missing on chips that share it with the CPU; utilisation and memory may be on a card split by MIG.
        memory = ask("memory", lambda card: nvml.nvmlDeviceGetMemoryInfo(card))
        return Gpu(
            index,
            name=ask("name", lambda card: _text(nvml.nvmlDeviceGetName(card))),
            memory_total=None if memory is None else int(memory.total),
            memory_used=None if memory is None else int(memory.used),
            memory_free=None if memory is None else int(memory.free),
            utilization=ask("utilisation", lambda card: float(nvml.nvmlDeviceGetUtilizationRates(card).gpu)),
            temperature_c=ask(
                "temperature", lambda card: float(nvml.nvmlDeviceGetTemperature(card, nvml.NVML_TEMPERATURE_GPU))
            ),
            power_w=ask("power", lambda card: nvml.nvmlDeviceGetPowerUsage(card) / 1000),  # NVML says milliwatts
        )


def _text(name: str | bytes) -> str:
    """A card's name; older versions of the library give bytes."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def _missing(gpus: tuple[Gpu, ...]) -> str | None:
    clauses = [f"GPU {gpu.index} does not tell {', '.join(missing)}" for gpu in gpus if (missing := _unread(gpu))]
    return f"{'; '.join(clauses)}." if clauses else None


def _unread(gpu: Gpu) -> list[str]:
    readings = {
        "its name": gpu.name,
        "its memory": gpu.memory_total,
        "its utilisation": gpu.utilization,
        "its temperature": gpu.temperature_c,
        "its power": gpu.power_w,
    }
    return [what for what, value in readings.items() if value is None]
