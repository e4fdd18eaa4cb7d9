"""What fits the hardware: memory that a local model needs, against memory that is free right now.

Everything here is an estimate, and says so with `≈`: a runtime's real need depends on its own settings.
"""

import re
from collections.abc import Iterable, Sequence
from math import sqrt

from modeldeck.domain.hardware import Gpu, Hardware, LoadedModel
from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.engine.catalog.naming import parameters_of

# Bits per weight of whole files, measured on Llama 3.1 8B: llama.cpp, tools/quantize/README.md. Q3_K_M is missing
# there; its value is the 4.02 GB of that file over its 8.03 * 10^9 weights. The legacy formats and MXFP4 follow from
# their block layouts (32 weights with a 16-bit scale, a second one for _1, an 8-bit one for MXFP4).
_BITS = {
    "IQ1_S": 2.0042,
    "IQ1_M": 2.1460,
    "IQ2_XXS": 2.3824,
    "IQ2_XS": 2.5882,
    "IQ2_S": 2.7403,
    "IQ2_M": 2.9294,
    "IQ3_XXS": 3.2548,
    "IQ3_XS": 3.4977,
    "IQ3_S": 3.6606,
    "IQ3_M": 3.7628,
    "IQ4_XS": 4.4597,
    "IQ4_NL": 4.6818,
    "Q2_K_S": 2.9697,
    "Q2_K": 3.1593,
    "Q3_K_S": 3.6429,
    "Q3_K_M": 4.0050,
    "Q3_K_L": 4.2979,
    "Q4_0": 4.5,
    "Q4_1": 5.0,
    "Q4_K_S": 4.6672,
    "Q4_K_M": 4.8944,
    "Q5_0": 5.5,
    "Q5_1": 6.0,
    "Q5_K_S": 5.5704,
    "Q5_K_M": 5.7036,
    "Q6_K": 6.5633,
    "Q8_0": 8.5008,
    "MXFP4": 4.25,
}
USUAL_QUANTIZATION = "Q4_K_M"
"""Assumed when nothing is said: what Ollama's library serves by default."""
_STATED_BITS = re.compile(r"(?<!\d)(2|3|4|5|6|8|16|32)(?!\d)")
_SCALE_SHARE = 1.1
"""Room for the scales that stand beside the weights in formats of fewer than 16 bits not measured above."""

# The context cache: keys and values of 16 bits for every layer and KV head. Llama 3.1 8B has 32 layers, 8 KV heads of
# 128: 2 * 2 * 32 * 8 * 128 = 131,072 bytes per token; its 70B (80 layers) needs 327,680. The square root of the size
# joins both within a fifth, and errs on the large side for models with fewer KV heads.
_CACHE_BYTES_PER_TOKEN = 131_072
_CACHE_PARAMETERS = 8_030_000_000
CONTEXT_TOKENS = 8_192
"""Tokens of context that the estimate makes room for, when the model takes as many."""
RUNTIME_BYTES = 512 * 2**20
"""Our allowance for the runtime's own buffers and the driver's context."""

RAM = "RAM"


@record
class Fit:
    """Whether a local model fits; None where it cannot be told, always so for models that are not local.

    `run_on` is `GPU 0`, `GPU 1`, ... or `RAM`; a loaded model may say `GPU` or `GPU + RAM`. `needs_bytes` is the
    estimate for weights, context cache and runtime; `free_bytes` what is free at `run_on`, or at the place with the
    most room when it does not fit. `note` is a clause for the person: `needs ≈42 GB, 24 GB free`.
    """

    fits: bool | None
    run_on: str | None
    needs_bytes: int | None
    free_bytes: int | None
    note: str


@record
class _Place:
    """Memory that one model could live in alone; cards are never added up."""

    name: str
    free: int


def needed_bytes(model: Model) -> int | None:
    """Memory in bytes to run a model with CONTEXT_TOKENS of context; None when its size is unknown."""
    weights = _weight_bytes(model)
    if weights is None:
        return None
    parameters = parameters_of(model) or weights * 8 / bits_per_weight(model.quantization)
    context = min(model.context or CONTEXT_TOKENS, CONTEXT_TOKENS)
    cache = _CACHE_BYTES_PER_TOKEN * sqrt(parameters / _CACHE_PARAMETERS) * context
    return round(weights + cache) + RUNTIME_BYTES


def bits_per_weight(quantization: str | None) -> float:
    """Bits that one weight takes in memory; a name without a number of bits counts as the usual quantisation."""
    name = (quantization or USUAL_QUANTIZATION).upper().replace("-", "_")
    if name in _BITS:
        return _BITS[name]
    stated = _STATED_BITS.search(name)
    if stated is None:
        return _BITS[USUAL_QUANTIZATION]
    bits = int(stated[1])
    return bits if bits >= 16 else bits * _SCALE_SHARE


def fit(model: Model, hardware: Hardware | None, loaded: Sequence[LoadedModel] = ()) -> Fit:
    """Whether a local model fits the memory that is free now: on one card first, else in RAM.

    Args:
        model: the model; one that is loaded already fits.
        hardware: the last reading, None when there is none.
        loaded: what local runtimes hold now, by full model id: a loaded model says where it runs, the others could
            make room.
    """
    if not model.local:
        return Fit(None, None, None, None, "runs at the provider")
    needs = needed_bytes(model)
    held = next((entry for entry in loaded if entry.model == model.id), None)
    if model.loaded or held is not None:
        return Fit(True, None if held is None else _held_on(held), needs, None, "loaded")
    if needs is None:
        return Fit(None, None, None, None, "size unknown")
    if hardware is None:
        return Fit(None, None, needs, None, f"needs {_about(needs)}, the hardware is not read")
    return _best_place(needs, hardware, loaded)


def _best_place(needs: int, hardware: Hardware, loaded: Sequence[LoadedModel]) -> Fit:
    cards = [_Place(f"GPU {gpu.index}", gpu.memory_free) for gpu in hardware.gpus if gpu.memory_free is not None]
    ram = None if hardware.memory.available is None else _Place(RAM, hardware.memory.available)
    places = cards if ram is None else [*cards, ram]
    # Cards come first, so that the roomiest card wins over roomier but slower RAM.
    for group in (cards, places):
        roomiest = max(group, key=lambda place: place.free, default=None)
        if roomiest is not None and roomiest.free >= needs:
            return Fit(True, roomiest.name, needs, roomiest.free, _fits_note(needs, roomiest))
    unread = [gpu for gpu in hardware.gpus if gpu.memory_free is None]
    if unread or ram is None:
        missing = f"GPU {unread[0].index}" if unread else RAM
        return Fit(None, None, needs, None, f"needs {_about(needs)}, free memory of {missing} unknown")
    roomiest = max(places, key=lambda place: place.free)
    note = f"needs {_about(needs)}, {_gigabytes(roomiest.free)} free"
    unload = _making_room(needs, hardware.gpus, ram, loaded)
    if unload is not None:
        note += f"; fits if you unload {unload}"
    return Fit(False, None, needs, roomiest.free, note)


def _making_room(needs: int, gpus: Sequence[Gpu], ram: _Place, loaded: Iterable[LoadedModel]) -> str | None:
    """The smallest loaded model whose memory would be enough; None when no single one is."""
    enough = [entry for entry in loaded if _would_fit(needs, gpus, ram, entry)]
    smallest = min(enough, key=lambda entry: entry.size or 0, default=None)
    return None if smallest is None else smallest.model


def _would_fit(needs: int, gpus: Sequence[Gpu], ram: _Place, entry: LoadedModel) -> bool:
    if entry.size is None or entry.size_gpu is None:
        return False
    if ram.free + entry.size - entry.size_gpu >= needs:
        return True
    # With several cards nobody says on which one the model lies.
    free = gpus[0].memory_free if len(gpus) == 1 else None
    return free is not None and free + entry.size_gpu >= needs


def _held_on(entry: LoadedModel) -> str | None:
    if entry.size_gpu is None:
        return None
    if not entry.size_gpu:
        return RAM
    return "GPU" if entry.size is None or entry.size_gpu >= entry.size else "GPU + RAM"


def _weight_bytes(model: Model) -> int | None:
    if model.size_bytes is not None:
        return model.size_bytes
    parameters = parameters_of(model)
    return None if parameters is None else round(parameters * bits_per_weight(model.quantization) / 8)


def _fits_note(needs: int, place: _Place) -> str:
    return f"needs {_about(needs)}, {_gigabytes(place.free)} free on {place.name}"


def _about(count: int) -> str:
    return f"≈{_gigabytes(count)}"


def _gigabytes(count: int) -> str:
    value = count / 1e9
    return f"{value:.1f} GB" if value < 9.95 else f"{value:.0f} GB"
