"""Plain advice from facts alone: what a person would want to change, if they looked at everything at once."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from modeldeck.domain.advice import AdviceKind, ModelAdvice, Recommendation, Repricing
from modeldeck.domain.errors import ErrorKind, UnknownModelError
from modeldeck.domain.model import Model
from modeldeck.domain.performance import Performance
from modeldeck.domain.selection import Selection
from modeldeck.domain.task import Task
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.looking_back.reviews import Reviews
from modeldeck.engine.money.budget import budget_setting, budget_words
from modeldeck.engine.money.money import Money
from modeldeck.engine.standing import Standing
from modeldeck.engine.tasks import Tasks
from modeldeck.engine.wording import dollars
from modeldeck.ports import Clock, Provider

SOON = timedelta(days=14)
"""How long before its end a model counts as ending soon."""
FAILING_HOURS = 24.0
FAILING_CALLS = 5
"""So many calls in a day before their failures say anything about the model."""
FAILING_RATE = 0.5
USED_HOURS = 7 * 24.0
USED_CALLS = 10
"""So many calls in a week, and a paid model is used often enough to be worth replacing."""


class Adviser:
    """Reads catalog, tasks, money and ledger; sends nothing. `repriced` is what was found so far, by model."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        standing: Standing,
        tasks: Tasks,
        money: Money,
        reviews: Reviews,
        providers: Mapping[str, Provider],
        clock: Clock,
        repriced: dict[str, Repricing],
    ) -> None:
        self._catalog = catalog
        self._standing = standing
        self._tasks = tasks
        self._money = money
        self._reviews = reviews
        self._providers = providers
        self._clock = clock
        self._repriced = repriced

    def note_repriced(self, repriced: Iterable[Repricing]) -> None:
        """Remember, as long as this deck is open, what was found to cost something else than before."""
        self._repriced.update({each.model: each for each in repriced})

    def recommendations(self) -> tuple[Recommendation, ...]:
        """Everything there is to say, the most urgent first; the same model may be spoken of more than once."""
        kinds = list(AdviceKind)
        found = [
            *self._no_model(),
            *self._budgets(),
            *self._tasks_models(),
            *self._failing(),
            *self._free_alternatives(),
        ]
        return tuple(sorted(found, key=lambda advice: kinds.index(advice.kind)))

    def expiring(self) -> tuple[Model, ...]:
        """Listed models that end within `SOON`, the first to end first."""
        today = self._clock.now().date()
        ending = [model for model in self._catalog.models if model.expires and today <= model.expires <= today + SOON]
        return tuple(sorted(ending, key=lambda model: (model.expires, model.id)))

    def _no_model(self) -> Iterator[Recommendation]:
        if any(model.provider in self._standing.keyed for model in self._catalog.models):
            return
        names = sorted({name for provider in self._providers.values() for name in provider.info.key_names[:1]})
        keys = f"Set one of {', '.join(names)}" if names else "Enable a provider in config.toml"
        yield Recommendation(
            AdviceKind.NO_MODEL,
            "No model can be called: no provider has its key, and no local server has listed a model.",
            f"{keys}, or start a local server; `modeldeck doctor` says what each provider answers.",
        )

    def _budgets(self) -> Iterator[Recommendation]:
        report = self._money.budget()
        for name, limit in report.limits.items():
            spent = report.spent[name]
            if limit <= 0 or spent / limit * 100 < Decimal(str(report.soft_percent)):
                continue
            yield Recommendation(
                AdviceKind.BUDGET,
                f"{spent / limit:.0%} of the {budget_words(name)} is spent: {dollars(spent)} of {dollars(limit)}.",
                f"Prefer models that cost nothing, or raise {budget_setting(name)} in config.toml.",
            )

    def _tasks_models(self) -> Iterator[Recommendation]:
        """What is wrong with the models that tasks are assigned to."""
        for task in self._tasks.all():
            if task.model is not None and self._catalog.models:
                yield from self._task_model(task, task.model)

    def _task_model(self, task: Task, name: str) -> Iterator[Recommendation]:
        other = f"`modeldeck assign {task.name} MODEL` gives it another."
        try:
            model = self._catalog.resolve(name, self._standing.keyed)
        except UnknownModelError as error:
            text = f"Task {task.name} is set to {name}, which nobody lists."
            hint = other if error.hint is None else f"{other} {error.hint}"
            yield Recommendation(AdviceKind.GONE, text, hint, name, task.name)
            return
        listing = self._catalog.listing(model.provider)
        if self._catalog.withholds(model):
            text = f"Task {task.name} is set to {model.id}, which free_only of {model.provider} rules out."
            yield Recommendation(AdviceKind.GONE, text, other, model.id, task.name)
        elif not model.listed and listing is not None and listing.models:
            text = f"Task {task.name} is set to {model.id}, which {model.provider} does not list any more."
            yield Recommendation(AdviceKind.GONE, text, other, model.id, task.name)
        if model.provider not in self._standing.keyed:
            yield self._no_key(task, model)
        if model.expires is not None and model.expires - self._clock.now().date() <= SOON:
            text = f"Task {task.name} is set to {model.id}, which ends on {model.expires}."
            yield Recommendation(AdviceKind.EXPIRING, text, other, model.id, task.name)
        change = self._repriced.get(model.id)
        if change is not None:
            text = f"Task {task.name} is set to {model.id}, whose price changed {_prices(change)}."
            yield Recommendation(AdviceKind.REPRICED, text, "`modeldeck cost` compares models.", model.id, task.name)

    def _no_key(self, task: Task, model: Model) -> Recommendation:
        provider = self._providers.get(model.provider)
        if provider is None:
            text = f"Task {task.name} is set to {model.id}, but the provider {model.provider} is not enabled."
            hint = f"Enable [providers.{model.provider}] in config.toml, or assign another model."
        else:
            text = f"Task {task.name} is set to {model.id}, but {model.provider} has no key."
            hint = f"Set {' or '.join(provider.info.key_names) or 'its key'}, or assign another model."
        return Recommendation(AdviceKind.NO_KEY, text, hint, model.id, task.name)

    def _failing(self) -> Iterator[Recommendation]:
        for found in self._reviews.performances(FAILING_HOURS):
            ended = found.succeeded + found.failed
            if found.model is None or ended < FAILING_CALLS or found.failed / ended < FAILING_RATE:
                continue
            commonest = next((kind for kind in found.errors if kind != ErrorKind.TOLD), None)
            why = f", mostly {commonest.replace('_', ' ')}" if commonest else ""
            yield Recommendation(
                AdviceKind.FAILING,
                f"{found.model} failed {found.failed} of {ended} times in the last 24 hours{why}.",
                "Prefer another model until it works again.",
                found.model,
            )

    def _free_alternatives(self) -> Iterator[Recommendation]:
        free = [
            model
            for model in self._catalog.models
            if model.costs_nothing and model.text_output and self._standing.status(model) == "ok"
        ]
        if not free:
            return
        best = max(free, key=lambda model: (self._standing.quality(model).value, model.id))
        for found in self._reviews.performances(USED_HOURS):
            advice = self._replacement(found, best)
            if advice is not None:
                yield advice

    def _replacement(self, found: Performance, best: Model) -> Recommendation | None:
        used = None if found.model is None else self._catalog.get(found.model)
        if used is None or used.costs_nothing or found.requests < USED_CALLS or found.cost_usd <= 0:
            return None
        mine, other = self._standing.quality(used), self._standing.quality(best)
        if other.value < mine.value:
            return None
        return Recommendation(
            AdviceKind.FREE_ALTERNATIVE,
            f"{used.id} cost {dollars(found.cost_usd)} for {found.requests} calls this week; "
            f"{best.id} costs nothing and is expected to be as good ({other.value:.2f}, {other.origin}).",
            f"Try {best.id} instead.",
            used.id,
        )


def advice_of(selection: Selection) -> ModelAdvice:
    """A selection as a recommendation."""
    others = [each for each in selection.candidates if each.model != selection.model]
    return ModelAdvice(
        recommended_model=selection.model,
        confidence=selection.confidence,
        alternatives=tuple((each.model, each.score) for each in others),
        reasoning=selection.reason,
    )


def _prices(change: Repricing) -> str:
    """`from $1.00 in and $3.00 out to $2.00 in and $6.00 out per million tokens`."""
    old_in, old_out, new_in, new_out = (
        dollars(price * 1_000_000)
        for price in (change.old_input, change.old_output, change.new_input, change.new_output)
    )
    return f"from {old_in} in and {old_out} out to {new_in} in and {new_out} out per million tokens"
