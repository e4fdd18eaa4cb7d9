"""Budgets that stop before a call: what is spent, what is reserved by runs in flight, what this call may cost."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from modeldeck.domain.errors import BudgetError
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import ZERO, Pricing
from modeldeck.domain.record import record
from modeldeck.domain.settings import BudgetSettings
from modeldeck.domain.usage import BudgetReport, PeriodName
from modeldeck.engine.money.accounting import input_cost_ceiling, output_price_ceiling, upper_estimate
from modeldeck.engine.wording import dollars
from modeldeck.ports import Clock, Ledger

LEAST_OUTPUT_TOKENS = 256
"""An answer shorter than this is not worth its prompt, so the call is refused instead of cut."""

INPUT_MARGIN = 1.25
"""Input is counted from characters before sending; tokenizers differ from that count by about a quarter."""

_PERIODS: Mapping[str, PeriodName] = MappingProxyType({"session": "session", "day": "today", "month": "month"})


_TASK = "task:"


@record
class Admission:
    """Leave to send: `reserved` is the upper cost in USD (None: unknown), `max_tokens` the output it pays for.

    `max_tokens` None: the budget asks for no limit of its own.
    """

    reserved: Decimal | None
    max_tokens: int | None = None


class Budget:
    """The limits of `[budget]` over the ledger; a limit that is not set stops nothing.

    The limit of one task bears the name `task:NAME`.

    Args:
        ledger: what was spent, and what is reserved.
        clock: says which day it is.
        settings: `[budget]`.
    """

    def __init__(self, ledger: Ledger, clock: Clock, settings: BudgetSettings) -> None:
        self._ledger = ledger
        self._clock = clock
        self._settings = settings

    @property
    def limits(self) -> dict[str, Decimal]:
        """Every limit that is set, in USD, by name."""
        tasks = {name: own.day_usd for name, own in self._settings.tasks.items()}
        named = {f"{_TASK}{name}": limit for name, limit in tasks.items() if limit is not None}
        return {**self._settings.limits, **named}

    def report(self) -> BudgetReport:
        """Limits, spent, reserved and remaining in USD; `remaining` never falls below zero."""
        limits = self.limits
        spent = {name: self._spent(name) for name in (*_PERIODS, *(name for name in limits if name not in _PERIODS))}
        remaining = {name: max(ZERO, limit - spent[name] - self._reserved(name)) for name, limit in limits.items()}
        return BudgetReport(limits, spent, self._ledger.reserved(), remaining, self._settings.soft_percent)

    def remaining(self, task: str | None = None) -> Decimal | None:
        """What the tightest limit still allows for a task, in USD; None without any limit."""
        left = self._tightest(task)
        return None if left is None else left[1]

    def warning(self) -> str | None:
        """One sentence once `soft_percent` of a limit is spent, for the limit that is fullest; else None."""
        limits = self.limits
        shares = {name: self._spent(name) / limit for name, limit in limits.items() if limit}
        if not shares:
            return None
        name = max(shares, key=shares.__getitem__)
        if shares[name] * 100 < Decimal(str(self._settings.soft_percent)):
            return None
        return (
            f"{shares[name]:.0%} of the {budget_words(name)} is spent: "
            f"{dollars(self._spent(name))} of {dollars(limits[name])}."
        )

    def admit(
        self, model: Model, input_tokens: int, max_tokens: int | None = None, task: str | None = None
    ) -> Admission:
        """Whether a call may be sent, with how many output tokens, and what to reserve for it.

        Args:
            model: where the call goes.
            input_tokens: the estimate of its input.
            max_tokens: the output that the caller asked for, None when nothing was asked.
            task: whose own limit counts besides.

        Raises:
            BudgetError: the rest of a limit does not pay for the input and 256 output tokens, or the price is unknown
                while a limit is set and the settings do not allow that.
        """
        bound = output_bound(model, input_tokens, max_tokens)
        sent = int(input_tokens * INPUT_MARGIN)
        ceiling = ZERO if model.local else upper_estimate(model.pricing, sent, bound)
        left = self._tightest(task)
        if left is None or ceiling == 0 or (ceiling is not None and ceiling <= left[1]):
            return Admission(ceiling)
        if model.pricing is None:
            return self._admit_unpriced(model, left[0])
        return self._admit_cut(model, model.pricing, sent, left)

    def _admit_unpriced(self, model: Model, limit: str) -> Admission:
        if self._settings.unknown_price == "allow":
            return Admission(None)
        raise BudgetError(
            f"The price of {model.id} is unknown and a {budget_words(limit)} of {dollars(self.limits[limit])} is set,"
            " so nothing was sent.",
            f'Set its price under [models."{model.id}"] in config.toml, or [budget] unknown_price = "allow".',
        )

    def _admit_cut(self, model: Model, pricing: Pricing, sent: int, left: tuple[str, Decimal]) -> Admission:
        """Cut the answer to what the rest of the limit pays for."""
        name, rest = left
        input_cost, output_price = input_cost_ceiling(pricing, sent), output_price_ceiling(pricing)
        affordable = int((rest - input_cost) / output_price) if output_price and rest > input_cost else 0
        if affordable >= LEAST_OUTPUT_TOKENS:
            return Admission(input_cost + affordable * output_price, affordable)
        least = input_cost + LEAST_OUTPUT_TOKENS * output_price
        raise BudgetError(
            f"{model.id} may cost {dollars(least)} for {sent} tokens in and {LEAST_OUTPUT_TOKENS} out, but only"
            f" {dollars(max(ZERO, rest))} of the {budget_words(name)} of {dollars(self.limits[name])} is left.",
            f"Use a model that costs nothing, or raise {budget_setting(name)} in config.toml.",
        )

    def _tightest(self, task: str | None) -> tuple[str, Decimal] | None:
        """The limit with the least left, and what is left of it after reservations (may be negative)."""
        limits = {name: limit for name, limit in self.limits.items() if name in (*_PERIODS, f"{_TASK}{task}")}
        if not limits:
            return None
        left = {name: limit - self._spent(name) - self._reserved(name) for name, limit in limits.items()}
        name = min(left, key=left.__getitem__)
        return name, left[name]

    def _spent(self, name: str) -> Decimal:
        today = self._clock.local_day(self._clock.now())
        if name in _PERIODS:
            return self._ledger.totals(_PERIODS[name], today).cost_usd
        groups = self._ledger.groups("today", today, "task")
        return next((group.totals.cost_usd for group in groups if group.key == name.removeprefix(_TASK)), ZERO)

    def _reserved(self, name: str) -> Decimal:
        return self._ledger.reserved(None if name in _PERIODS else name.removeprefix(_TASK))


def budget_words(name: str) -> str:
    """A limit as a sentence says it: `day budget`, `day budget of task coding`."""
    return f"{name} budget" if name in _PERIODS else f"day budget of task {name.removeprefix(_TASK)}"


def budget_setting(name: str) -> str:
    """Where a limit is set."""
    return f"[budget] {name}_usd" if name in _PERIODS else f"[budget.tasks.{name.removeprefix(_TASK)}] day_usd"


def output_bound(model: Model, input_tokens: int, max_tokens: int | None) -> int | None:
    """The most output tokens that can come back: as asked, as the model is able to, or as its window has room."""
    window = None if model.context is None else max(0, model.context - input_tokens)
    bounds = [bound for bound in (max_tokens, model.max_output, window) if bound is not None]
    return min(bounds) if bounds else None
