"""The first line: who chooses, what would be used now, and what it costs. It shrinks by dropping words, never money."""

from decimal import Decimal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from modeldeck.domain.record import record
from modeldeck.tui.format import budget_used, meter, money, plain, share, short_id


@record
class Pick:
    """The model that would be used for a prompt now (or is used by the running one); `problem` when there is none."""

    task: str = ""
    model: str = ""
    kind: str = ""
    problem: str | None = None


@record
class Money:
    """The money line in USD; limits are None without a budget, `free_share` is 0..1."""

    session: Decimal = Decimal(0)
    today: Decimal = Decimal(0)
    month: Decimal = Decimal(0)
    estimated: bool = False
    day_limit: Decimal | None = None
    free_share: float | None = None


class DeckHeader(Widget):
    """Mode badge, task, model and money in one line."""

    DEFAULT_CSS = """
    DeckHeader {
        height: 1;
        background: $panel;
        color: $foreground;
    }
    """

    mode: reactive[str] = reactive("auto")
    pick: reactive[Pick] = reactive(Pick())
    money: reactive[Money] = reactive(Money())
    with_money: reactive[bool] = reactive(True)

    def render(self) -> Content:
        """The longest wording of the money beside which the model's name stands in full; else both shortened."""
        width = self.size.width
        amounts = money_wordings(self.money) if self.with_money else [Content("")]
        for wording in amounts:
            for left in self._lefts():
                gap = width - left.cell_length - wording.cell_length - 1
                if gap >= 2:
                    return Content.assemble(left, " " * gap, wording)
        shortest = amounts[-1]
        room = max(0, width - shortest.cell_length - 2)
        left = self._lefts()[-1].truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (room + 1 - left.cell_length), shortest)

    def _lefts(self) -> list[Content]:
        """Badge, task, model, provider and kind, from the longest wording to the shortest."""
        badge, pick = self._badge(), self.pick
        if pick.problem is not None:
            return [Content.assemble(badge, " ", plain(pick.problem, "$text-error"))]
        if not pick.model:
            return [badge]
        name, provider = short_id(pick.model)
        task = Content.assemble(plain(pick.task), (" → ", "$text-muted")) if pick.task else Content("")
        kind = Content.styled(f" {pick.kind}", _KIND_STYLES.get(pick.kind, ""))
        model = plain(name, "bold")
        return [
            Content.assemble(badge, " ", task, model, (f" · {provider}", "$text-muted"), kind),
            Content.assemble(badge, " ", task, model, kind),
            Content.assemble(badge, " ", model, kind),
        ]

    def _badge(self) -> Content:
        return Content.styled(f" {self.mode.upper()} ", "$text-primary bold reverse")


_KIND_STYLES = {"FREE": "$text-success", "LOCAL": "$text-accent"}


def money_wordings(amounts: Money) -> list[Content]:
    """The money line from the longest wording to the shortest."""
    session = money(amounts.session, estimated=amounts.estimated)
    today = money(amounts.today, estimated=amounts.estimated)
    month = money(amounts.month, estimated=amounts.estimated)
    free = share(amounts.free_share)
    used = budget_used(amounts.today, amounts.day_limit)
    style = "$text-error bold" if used is not None and used >= 1 else ""
    limit = "" if amounts.day_limit is None else money(amounts.day_limit)
    of = f" of {limit}" if limit else ""
    short = f"{today}/{limit[1:]}" if limit else today
    bar = f" {meter(used, 8)}" if limit else ""
    dim = "$text-muted"
    return [
        Content.assemble(
            ("session ", dim),
            session,
            ("   today ", dim),
            (f"{today}{of}{bar}", style),
            ("   month ", dim),
            month,
            ("   free ", dim),
            free,
        ),
        Content.assemble(
            ("session ", dim),
            session,
            ("  today ", dim),
            (f"{today}{of}", style),
            ("  month ", dim),
            month,
            ("  free ", dim),
            free,
        ),
        Content.assemble(("session ", dim), session, ("  today ", dim), (short, style), ("  free ", dim), free),
        Content.assemble(("session ", dim), session, ("  today ", dim), (short, style)),
        Content.assemble(session, (" · today ", dim), (short, style)),
    ]
