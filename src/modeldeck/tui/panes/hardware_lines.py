"""The lines of the Hardware pane, made from one reading. No widget in sight."""

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from textual.content import Content

from modeldeck.domain.hardware import Gpu, Hardware, LoadedModel, Memory
from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.engine.machine.fit import Fit
from modeldeck.tui.format import UNKNOWN, clean, meter, share, short_id, size
from modeldeck.tui.widgets.charts import sparkline
from modeldeck.tui.widgets.line_panel import Line, wrapped
from modeldeck.tui.widgets.tones import ACCENT, DIM, GOOD, WARN

_BLANK = Line(Content(""))
_CHART_CELLS = 12
_NARROW = 50
_BEFORE_WORDS = 14  # cells of a line before its words, without the chart
_DOT = " · "


@record
class History:
    """Recent utilisation in percent, oldest first: of the processor, and of each card by index."""

    cpu: Sequence[float | None]
    gpus: Mapping[int, Sequence[float | None]]


def not_read_yet() -> list[Line]:
    """Before the first reading."""
    return [Line(Content.styled("Reading the machine…", DIM))]


def all_lines(
    hardware: Hardware,
    loaded: Sequence[LoadedModel],
    fits: Sequence[tuple[Model, Fit]],
    history: History,
    width: int,
    advice: str,
) -> list[Line]:
    """The whole pane, `width` cells wide; `fits` has one entry for each local model, `advice` is said without any."""
    chart = _CHART_CELLS if width >= _NARROW else _CHART_CELLS // 2
    room = width - chart - _BEFORE_WORDS
    lines = [_cpu(hardware, history.cpu, chart, room), _memory(hardware.memory, chart, room)]
    for gpu in hardware.gpus:
        lines += _gpu(gpu, history.gpus.get(gpu.index, ()), chart, room)
    if not hardware.gpus:
        lines += wrapped(Content.styled(clean(hardware.note or "no graphics card was found"), DIM), width)
    return [*lines, *_loaded(_held(loaded, fits)), *_fitting(fits, width, advice)]


def _held(loaded: Sequence[LoadedModel], fits: Sequence[tuple[Model, Fit]]) -> list[LoadedModel]:
    """What runtimes say they hold, and the models that a list calls loaded although no runtime tells their size."""
    told = {entry.model for entry in loaded}
    return [*loaded, *(LoadedModel(model.id) for model, _ in fits if model.loaded and model.id not in told)]


def _leading_words(text: str, room: int) -> str:
    """As many whole words of a text, from its beginning, as there is room for."""
    words = text.split()
    while words and cell_len(" ".join(words)) > room:
        words.pop()
    return " ".join(words)


def _free(free: int | None, total: int | None, room: int) -> str:
    words = f"free {size(free)} of {size(total)}"
    return words if len(words) <= room else f"free {size(free)}"


def _cpu(hardware: Hardware, history: Sequence[float | None], chart: int, room: int) -> Line:
    cpu = hardware.cpu
    cores = "" if cpu.cores is None else f"{cpu.cores} cores"
    name = _leading_words(clean(cpu.name or ""), room - len(cores) - len(_DOT))
    about = _DOT.join(filter(None, (cores, name)))
    bars = sparkline(history, chart, highest=100)
    return Line(
        Content.assemble(
            ("CPU   ", "bold"), (f"{bars:>{chart}}", ACCENT), f" {_percent(cpu.percent):>5}  ", (about, DIM)
        )
    )


def _memory(memory: Memory, chart: int, room: int) -> Line:
    used = None if memory.used is None or not memory.total else memory.used / memory.total
    bar = meter(used, chart) if used is not None else " " * chart
    return Line(
        Content.assemble(
            ("RAM   ", "bold"),
            (bar, _pressure(used)),
            f" {share(used):>5}  ",
            _free(memory.available, memory.total, room),
        )
    )


def _gpu(gpu: Gpu, history: Sequence[float | None], chart: int, room: int) -> list[Line]:
    used = gpu.memory_used / gpu.memory_total if gpu.memory_used is not None and gpu.memory_total else None
    bar = meter(used, chart) if used is not None else " " * chart
    bars = sparkline(history, chart, highest=100)
    watts = UNKNOWN if gpu.power_w is None else f"{gpu.power_w:.0f}"
    degrees = UNKNOWN if gpu.temperature_c is None else f"{gpu.temperature_c:.0f}"
    heat = f"{degrees} °C  {watts} W  "
    memory = f" {share(used):>5}  {_free(gpu.memory_free, gpu.memory_total, room)}"
    return [
        Line(Content.assemble((f"GPU {gpu.index:<2}", "bold"), (bar, _pressure(used)), memory)),
        Line(
            Content.assemble(
                " " * 6,
                (f"{bars:>{chart}}", ACCENT),
                f" {_percent(gpu.utilization):>5}  ",
                heat,
                (_leading_words(clean(gpu.name or ""), room - len(heat)), DIM),
            )
        ),
    ]


def _loaded(loaded: Sequence[LoadedModel]) -> list[Line]:
    if not loaded:
        return [Line(Content.styled("no local model is loaded", DIM))]
    return [
        Line(
            Content.assemble(("loaded ", DIM), short_id(entry.model)[0], f"  {size(entry.size)}", (_where(entry), DIM))
        )
        for entry in loaded
    ]


def _where(entry: LoadedModel) -> str:
    if entry.size is None or entry.size_gpu is None:
        return ""
    if not entry.size_gpu:
        return "  in RAM"
    return "  on the GPU" if entry.size_gpu >= entry.size else f"  {size(entry.size_gpu)} of it on the GPU"


def _fitting(fits: Sequence[tuple[Model, Fit]], width: int, advice: str) -> list[Line]:
    if not fits:
        return wrapped(Content.styled(advice, DIM), width)
    return [
        _BLANK,
        Line(Content.styled("fits now", DIM)),
        *(line for model, found in sorted(fits, key=_order) for line in _fit(model, found, width)),
    ]


def _order(entry: tuple[Model, Fit]) -> tuple[int, int, str]:
    """What fits first, the largest on top; then what would fit; then what does not; unknown last."""
    model, found = entry
    rank = {True: 0, False: 2, None: 3}[found.fits] - ("unload" in found.note)
    return rank, -(found.needs_bytes or 0), model.id


def _fit(model: Model, found: Fit, width: int) -> list[Line]:
    """One line, cut where it must be; whole only where it names a model to unload."""
    word, style = {True: ("yes", GOOD), False: ("no ", DIM), None: (f"{UNKNOWN}  ", DIM)}[found.fits]
    note = f"  {clean(found.note)}"
    content = Content.assemble((word, style), f" {short_id(model.id)[0]}", (note, DIM))
    return wrapped(content, width) if "unload" in found.note else [Line(content)]


def _percent(value: float | None) -> str:
    return share(None if value is None else value / 100)


def _pressure(used: float | None) -> str:
    return WARN if used is not None and used >= 0.9 else GOOD
