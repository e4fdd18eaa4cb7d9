"""The lines that explain a selection: profile, candidates with every factor, chain, and the dropped by reason."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from textual.content import Content

from modeldeck.domain.model import Model
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import Candidate, Rejection, Selection
from modeldeck.tui.format import ABOUT, UNKNOWN, clean, money, score, short_id, tokens
from modeldeck.tui.widgets.line_panel import Line, table_line, wrapped
from modeldeck.tui.widgets.table_columns import Column, fit_columns
from modeldeck.tui.widgets.tones import DIM

_ROOMY = 70
GROUP_KEY = "group:"
_FACTORS = ("quality", "success", "cost", "speed", "load")
"""The usual factors in the order of the columns; others follow in the order in which they come."""


def profile_line(profile: Profile) -> str:
    """`coding .94 · complex (.71) · ≈420 in, ≈600 out · needs tools`."""
    sure = profile.probabilities.get(profile.specialization)
    needs = ", ".join(sorted(profile.needs)) or "nothing special"
    parts = [
        f"{profile.specialization} {score(sure)}",
        f"{profile.complexity} ({score(profile.difficulty)})",
        f"{ABOUT}{tokens(profile.input_tokens)} in, {ABOUT}{tokens(profile.output_tokens)} out",
        f"needs {needs}",
    ]
    return " · ".join(parts)


def candidate_lines(
    selection: Selection, used: str, models: Mapping[str, Model], width: int
) -> tuple[Content, list[Line]]:
    """The titles and one line for each of the best candidates; `used` is the model that answered."""
    mark = "← used" if width >= _ROOMY else "←"
    factors = _factor_names(selection.candidates)
    columns = [
        Column("rank", "", 1),
        Column("model", "model", 0, least=16),
        Column("kind", "", 5, dropped=2),
        *(
            Column(name, name[:7], max(4, min(7, len(name))), right=True, dropped=10 + index)
            for index, name in enumerate(factors)
        ),
        Column("score", "score", 5, right=True),
        Column("price", "≈ cost", 10, right=True, dropped=1),
        Column("used", "", len(mark)),
    ]
    placed = fit_columns(columns, width)
    titles = table_line(placed, [column.title for column in columns]).content.stylize(DIM)
    lines = [
        table_line(
            placed,
            [
                str(rank),
                short_id(candidate.model)[0],
                _kind(candidate, models),
                *(score(candidate.factors.get(name)) for name in factors),
                Content.styled(score(candidate.score), "bold"),
                _cost(candidate.estimated_cost),
                mark if candidate.model == used else "",
            ],
            candidate.model,
        )
        for rank, candidate in enumerate(selection.candidates, 1)
    ]
    return titles, lines


def chain_lines(selection: Selection, width: int) -> list[Line]:
    """Who would be tried after the pick, in order."""
    if not selection.fallback_chain:
        return [Line(Content.styled("nothing would be tried after it", DIM))]
    names = " → ".join(short_id(model)[0] for model in selection.fallback_chain)
    return wrapped(Content.assemble(("then ", DIM), names), width)


def rejection_lines(
    rejected: Sequence[Rejection], counts: Mapping[str, int], opened: Collection[str], width: int
) -> list[Line]:
    """One line for each reason with its count; below an opened one every model with its own words.

    `counts` may be larger than what `rejected` names, because the ledger keeps only the first of many.
    """
    named: defaultdict[str, list[Rejection]] = defaultdict(list)
    for rejection in rejected:
        named[rejection.group.value].append(rejection)
    totals = {group: max(counts.get(group, 0), len(named[group])) for group in {**counts, **named}}
    if not totals:
        return [Line(Content.styled("nothing was dropped", DIM))]
    lines = [Line(Content.styled(f"dropped {sum(totals.values()):,}", DIM))]
    for group, total in sorted(totals.items(), key=lambda item: -item[1]):
        is_open = group in opened
        lines.append(Line(Content(f"{'▾' if is_open else '▸'} {total:,} {clean(group)}"), f"{GROUP_KEY}{group}"))
        if is_open:
            lines += _named(named[group], total, width)
    return lines


def _named(rejected: Sequence[Rejection], total: int, width: int) -> list[Line]:
    columns = (Column("model", "", 0, least=16), Column("reason", "", max(12, min(40, width // 2))))
    placed = fit_columns(columns, width - 2)
    lines = [
        _indented(table_line(placed, [short_id(each.model)[0], clean(each.reason)], each.model)) for each in rejected
    ]
    if total > len(rejected):
        lines.append(Line(Content.styled(f"  and {total - len(rejected):,} more, not kept by name", DIM)))
    return lines


def _indented(line: Line) -> Line:
    return Line(Content.assemble("  ", line.content), line.key)


def _factor_names(candidates: Sequence[Candidate]) -> list[str]:
    present = dict.fromkeys(name for candidate in candidates for name in candidate.factors)
    usual = [name for name in _FACTORS if name in present]
    others = [name for name in present if name not in _FACTORS]
    return [*usual, *(name for name in others if any(candidate.factors.get(name) for candidate in candidates))]


def _kind(candidate: Candidate, models: Mapping[str, Model]) -> str:
    known = models.get(candidate.model)
    if known is not None:
        return known.kind.value.upper()
    return "FREE" if candidate.costs_nothing else "PAID"


def _cost(usd: Decimal | None) -> str:
    return UNKNOWN if usd is None else money(usd)
