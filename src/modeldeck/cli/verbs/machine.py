"""`hardware` and `doctor`: this machine, and whether everything needed works."""

from collections.abc import Sequence

import click

from modeldeck.cli import numbers
from modeldeck.cli.model_page import labelled
from modeldeck.cli.rows import check_row, hardware_row
from modeldeck.cli.session import Session
from modeldeck.cli.text import line
from modeldeck.cli.verb import Verb
from modeldeck.domain.check import Check
from modeldeck.domain.errors import DeckError
from modeldeck.domain.hardware import Gpu, Hardware, LoadedModel
from modeldeck.engine.deck import Deck, RefreshReport
from modeldeck.ports import ProviderInfo

_MARKS = {True: "ok", False: "FAILED", None: "-"}
_LISTING_SECONDS = 10.0


@click.command(cls=Verb)
@click.pass_obj
def hardware(session: Session) -> int:
    """Readings of processor, memory and each GPU, and the models that local runtimes hold in memory."""
    with session.deck() as deck:
        readings = deck.machine.read()
        loaded = deck.machine.read_loaded()
    if session.output.as_json:
        session.output.document(hardware_row(readings, loaded))
    else:
        session.output.lines(_hardware_lines(readings, loaded))
    return 0


@click.command(cls=Verb)
@click.pass_obj
def doctor(session: Session) -> int:
    """What works, what is missing and how to fix it: files, settings, providers, keys (by name only), hardware.

    Exits 1 when something that is needed fails; what is optional and absent is marked `-`.
    """
    output = session.output
    checks = list(session.launch.diagnose(session.options))
    known = {check.detail for check in checks}
    checks += [check for check in _provider_checks(session) if check.detail not in known]
    if output.as_json:
        output.document({"checks": [check_row(check) for check in checks]})
    else:
        output.lines(_check_lines(checks))
    return 1 if any(check.ok is False for check in checks) else 0


def _provider_checks(session: Session) -> list[Check]:
    try:
        with session.deck() as deck:
            usable = [entry.name for entry in deck.providers() if entry.usable]
            report = deck.lists.refresh(usable, timeout_s=_LISTING_SECONDS)
            offline = session.options.no_network
            checks = [_provider_check(entry, report, offline=offline) for entry in deck.providers()]
            return [*checks, _reach_check(deck, report)]
    except DeckError as error:
        return [Check("deck", False, error.message, error.hint)]


def _provider_check(info: ProviderInfo, report: RefreshReport, *, offline: bool) -> Check:
    name = f"provider {info.name}"
    if not info.usable:
        variables = " or ".join(info.key_names) or "its key"
        return Check(name, None, "no key", f"Set {variables}.")
    key = f"key in {info.key_from}, " if info.key_from else ""
    if info.name in report.absent:
        return Check(name, None, f"not running at {info.base_url}", "Start it to use its models.")
    if info.name in report.failed and offline and not info.local:
        return Check(name, None, f"{key}not asked: --no-network allows this machine only")
    if info.name in report.failed:
        fix = "Check the address and the network." if not key else "Check the key, the address and the network."
        return Check(name, False, f"{key}{report.failed[info.name]}", fix)
    return Check(name, True, f"{key}listed {numbers.plural(report.listed.get(info.name, 0), 'model')}")


def _reach_check(deck: Deck, report: RefreshReport) -> Check:
    """Whether a prompt could be sent at all."""
    ready = sum(model.provider in report.listed and not model.hidden for model in deck.catalog.models)
    if ready:
        return Check("models", True, f"{numbers.plural(ready, 'model')} can be called now")
    if any(report.listed.values()):
        fix = "`free_only` of a provider, `hidden` of a model in config.toml and `hidden` in deck.toml leave none."
        return Check("models", False, "every listed model is hidden, or not free as free_only asks", fix)
    return Check(
        "models",
        False,
        "no model can be called now",
        "Set OPENROUTER_API_KEY (or another provider's key), or start Ollama or a llama.cpp server.",
    )


def _check_lines(checks: Sequence[Check]) -> list[str]:
    lines = labelled([(f"{_MARKS[check.ok]:<6}  {line(check.name)}", check.detail) for check in checks])
    found: list[str] = []
    for text, check in zip(lines, checks, strict=True):
        found.append(text)
        if check.fix:
            found.append(f"        {line(check.fix)}")
    return found


def _hardware_lines(readings: Hardware, loaded: Sequence[LoadedModel]) -> list[str]:
    cpu, memory = readings.cpu, readings.memory
    cores = numbers.UNKNOWN if cpu.cores is None else numbers.plural(cpu.cores, "core")
    pairs = [
        ("CPU", f"{cpu.name or numbers.UNKNOWN} · {cores} · {_percent(cpu.percent)}"),
        ("memory", f"{numbers.size(memory.available)} free of {numbers.size(memory.total)}"),
        *((f"GPU {gpu.index}", _gpu(gpu)) for gpu in readings.gpus),
        *(("loaded", f"{entry.model} {numbers.size(entry.size)}") for entry in loaded),
    ]
    if readings.note:
        pairs.append(("note", readings.note))
    return labelled(pairs)


def _gpu(gpu: Gpu) -> str:
    heat = numbers.UNKNOWN if gpu.temperature_c is None else f"{gpu.temperature_c:.0f} °C"
    power = numbers.UNKNOWN if gpu.power_w is None else f"{gpu.power_w:.0f} W"
    memory = f"{numbers.size(gpu.memory_free)} free of {numbers.size(gpu.memory_total)}"
    return f"{gpu.name or numbers.UNKNOWN} · {memory} · {_percent(gpu.utilization)} · {heat} · {power}"


def _percent(value: float | None) -> str:
    return numbers.UNKNOWN if value is None else f"{value:.0f} %"
