"""Numbers as rows of block characters; their meaning always stands beside them in figures."""

from collections.abc import Sequence

_EIGHTHS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int, *, highest: float | None = None) -> str:
    """The last `width` values as bars, the newest at the right; a missing value is a blank.

    Bars grow from zero to `highest` (default: the largest value). Zero is the lowest bar, so that days without any
    cost can be counted too.
    """
    shown = list(values)[-width:] if width > 0 else []
    top = highest if highest is not None else max((value for value in shown if value is not None), default=0.0)
    return "".join(_bar(value, top) for value in shown)


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return " "
    if top <= 0 or value <= 0:
        return _EIGHTHS[0]
    return _EIGHTHS[min(7, max(1, round(value / top * 7)))]
