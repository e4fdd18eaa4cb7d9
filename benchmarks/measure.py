"""Measuring two or more things fairly: interleaved, so that a slow moment of the machine hits all of them."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping


def interleave(subjects: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median wall seconds of each subject, run in turn `rounds` times after one warm-up round."""
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, subject in subjects.items():
            gc.collect()
            started = time.perf_counter()
            subject()
            if number:
                times[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in times.items()}


def report(title: str, medians: Mapping[str, float], base: str, budgets: Mapping[str, float] | None = None) -> None:
    """Print one line a subject: median, ratio to `base`, and the budget (a ratio) where there is one."""
    print(f"\n{title}")
    for name, seconds in medians.items():
        ratio = seconds / medians[base]
        budget = (budgets or {}).get(name)
        verdict = "" if budget is None else f"  budget {budget:g}x {_word(ratio, budget)}"
        print(f"  {name:<34} {_time(seconds):>10}  {ratio:7.2f}x{verdict}")


def report_times(title: str, seconds: Mapping[str, float], budgets: Mapping[str, float]) -> None:
    """Print one line a subject whose budget is a time in seconds; such budgets are for a usual desktop machine."""
    print(f"\n{title}")
    for name, value in seconds.items():
        budget = budgets.get(name)
        verdict = "" if budget is None else f"  budget {_time(budget)} {_word(value, budget)}"
        print(f"  {name:<34} {_time(value):>10}{verdict}")


def _word(value: float, budget: float) -> str:
    return "ok" if value <= budget else "OVER"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds >= 0.001 else f"{seconds * 1e6:.1f} µs"
