"""The human form of a selection, for `select` and `why`."""

from collections import Counter
from collections.abc import Mapping, Sequence

from modeldeck.cli import numbers
from modeldeck.cli.output import Output
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.text import line, wrap
from modeldeck.domain.selection import Candidate, Rejection, Selection

_PAGE_WIDTH = 100


def selection_page(
    selection: Selection, output: Output, *, verbose: bool, rejected_counts: Mapping[str, int] | None = None
) -> list[str]:
    """The pick, the reason, the chain, the best five with their factors, and what was dropped; safe lines.

    Args:
        selection: what was chosen.
        output: where the page goes; it knows width and emphasis.
        verbose: name every dropped model instead of counting them.
        rejected_counts: counts by group, when the models themselves were not kept.
    """
    room = output.width or _PAGE_WIDTH
    profile = selection.profile
    facts = " · ".join(
        [
            selection.mode.value,
            f"task {selection.task}",
            f"tier {selection.tier.value}",
            f"strategy {selection.strategy}",
            profile.specialization.value,
            profile.complexity.value,
            f"≈{numbers.tokens(profile.input_tokens)} in, ≈{numbers.tokens(profile.output_tokens)} out",
            f"confidence {numbers.score(selection.confidence)}",
            f"cost {numbers.money(selection.estimated_cost, estimated=bool(selection.estimated_cost))}",
        ]
    )
    page = [
        output.bold(line(selection.model)),
        wrap(line(selection.reason), room),
        output.dimmed(wrap(line(facts), room)),
    ]
    if selection.fallback_chain:
        page.append(wrap(line("then: " + ", ".join(selection.fallback_chain)), room, indent="      "))
    if selection.candidates:
        page += ["", *_candidates(selection.candidates, selection.model, output)]
    counts = rejected_counts or Counter(rejection.group.value for rejection in selection.rejected)
    if verbose and selection.rejected:
        page += ["", *_rejected(selection.rejected, output)]
    elif counts:
        page += ["", wrap(line("dropped: " + _counted(counts)), room, indent="         ")]
    return page


def _candidates(candidates: Sequence[Candidate], chosen: str, output: Output) -> list[str]:
    named = dict.fromkeys(name for candidate in candidates for name in candidate.factors)
    factors = [name for name in named if any(candidate.factors.get(name) for candidate in candidates)]
    columns = [
        Column(""),
        Column("model", least=20, middle=True),
        *(Column(name, right=True, drop=place) for place, name in enumerate(factors)),
        Column("score", right=True),
        Column("cost", right=True),
    ]
    rows = [
        [
            "*" if candidate.model == chosen else "",
            candidate.model,
            *(numbers.score(candidate.factors.get(name)) for name in factors),
            numbers.score(candidate.score),
            numbers.money(candidate.estimated_cost, estimated=bool(candidate.estimated_cost)),
        ]
        for candidate in candidates
    ]
    return table_lines(columns, rows, output)


def _rejected(rejected: Sequence[Rejection], output: Output) -> list[str]:
    columns = [Column("dropped", least=20, middle=True), Column("because", least=20)]
    return table_lines(columns, [[entry.model, entry.reason] for entry in rejected], output)


def _counted(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{count:,} {group}" for group, count in sorted(counts.items(), key=lambda item: -item[1]))
