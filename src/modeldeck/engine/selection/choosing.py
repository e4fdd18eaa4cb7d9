"""From a request to a selection, and from a selection to a plan that can run."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from modeldeck.domain.errors import UnknownModelError
from modeldeck.domain.hardware import Hardware
from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.domain.request import Request
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import Settings
from modeldeck.domain.task import DEFAULT_TASK, Mode, Policy
from modeldeck.domain.usage import RunKind
from modeldeck.engine.catalog.catalog import Catalog, Snapshot
from modeldeck.engine.choices import Choices
from modeldeck.engine.limits.limits import Limits
from modeldeck.engine.looking_back.learning import Learning
from modeldeck.engine.money.books import Books, Plan
from modeldeck.engine.money.budget import Budget
from modeldeck.engine.profiling.estimating import Profiler
from modeldeck.engine.selection.explain import noted
from modeldeck.engine.selection.local_room import LocalRoom
from modeldeck.engine.selection.policy import resolve_policy, task_name_for
from modeldeck.engine.selection.selector import select
from modeldeck.engine.selection.situation import Situation
from modeldeck.engine.selection.strategies import Strategies
from modeldeck.engine.selection.tiers import settings_names
from modeldeck.engine.selection.votes import with_votes
from modeldeck.engine.standing import Standing
from modeldeck.engine.tasks import Tasks
from modeldeck.ports import Clock

_log = logging.getLogger(__name__)


@record
class Chosen:
    """A selection with the models behind its names, and the policy that led to it."""

    selection: Selection
    policy: Policy
    models: tuple[Model, ...]
    baseline: Model | None


@record(kw_only=True)
class Sources:
    """Everything that choosing reads. `strategies` includes those that a script brought along."""

    settings: Settings
    catalog: Catalog
    standing: Standing
    tasks: Tasks
    choices: Choices
    limits: Limits
    budget: Budget
    books: Books
    local: LocalRoom
    experience: Learning
    profiler: Profiler
    strategies: Strategies
    hardware: Callable[[], Hardware]
    clock: Clock
    random: Random


class Chooser:
    """Chooses models; sends nothing and writes nothing."""

    def __init__(self, sources: Sources) -> None:
        self._from = sources
        self._settings_names = settings_names(sources.settings)
        self._named: tuple[Snapshot, frozenset[str], Mapping[str, Model]] | None = None

    def choose(self, request: Request, *, explore: bool = False) -> Chosen:
        """Profile, policy, selection.

        A dry run does not explore: it shows what the engine holds for best, and says the same when asked again.

        Raises:
            NothingSelectableError: no model passes.
            UnknownModelError: the request names a model that resolves to nothing.
            BudgetError: the model of manual mode may not be paid for.
        """
        source = self._from
        began = source.clock.monotonic()
        profile, *notes = source.profiler.profile(request)
        inferred = task_name_for(profile) if request.infer_task else DEFAULT_TASK
        task = source.tasks.get(request.task or inferred)
        policy = resolve_policy(request, task, source.settings, source.choices.state, source.strategies)
        if task.strategy is not None and source.strategies.named(task.strategy) is None:
            notes.append(f"the strategy {task.strategy} of task {task.name} is not known here, so {policy.strategy}")
        pinned = self._pinned(policy)
        preferred = self._preferred(policy, request)
        situation = self._situation(policy)
        chosen = select(policy, profile, situation, source.settings, source.random, pinned, preferred, explore=explore)
        if pinned is not None:
            source.budget.admit(pinned, profile.input_tokens, request.params.max_tokens, policy.task)
        chosen, votes = with_votes(chosen, situation.quality, source.catalog.get)
        reason = noted(chosen.reason, [note for note in (*notes, votes) if note])
        known = {model.id: model for model in (*situation.named.values(), pinned, preferred) if model is not None}
        return Chosen(
            selection=replace(chosen, reason=reason, elapsed_ms=(source.clock.monotonic() - began) * 1000),
            policy=policy,
            models=tuple(self._models((chosen.model, *chosen.fallback_chain), known)),
            baseline=None
            if chosen.baseline is None
            else source.catalog.get(chosen.baseline) or known.get(chosen.baseline),
        )

    def plan(self, request: Request, deadline: float) -> Plan:
        """A plan for the runner; raises what `choose` raises."""
        chosen = self.choose(request, explore=request.kind is RunKind.PROMPT)
        return Plan(
            run=self._run_id(),
            request=request,
            selection=chosen.selection,
            models=chosen.models,
            baseline=chosen.baseline,
            deadline=deadline,
            keep_prompt=self._from.settings.privacy.history,
            deny_training=chosen.policy.criteria.deny_training,
        )

    def _pinned(self, policy: Policy) -> Model | None:
        if policy.mode is not Mode.MANUAL or policy.model is None:
            return None
        return self._from.catalog.resolve(policy.model, self._from.standing.keyed)

    def _preferred(self, policy: Policy, request: Request) -> Model | None:
        """The preferred model; a name from settings or environment that resolves to nothing is passed over."""
        if policy.mode is not Mode.HYBRID or policy.model is None:
            return None
        try:
            return self._from.catalog.resolve(policy.model, self._from.standing.keyed)
        except UnknownModelError as error:
            if policy.model in (request.preferred, request.model):
                raise
            _log.warning("The preferred model of task %s is passed over: %s", policy.task, error.message)
            return None

    def _situation(self, policy: Policy) -> Situation:
        """The world as this request may see it.

        A person who names one model gets it tried: cooldowns of our own caution do not stop manual mode, the budget
        answers for itself, with numbers, and limits of a minute are waited for.
        """
        source = self._from
        manual = policy.mode is Mode.MANUAL
        now = source.clock.now()
        in_flight, loaded = source.books.in_flight(), source.local.loaded()
        return Situation(
            models=source.catalog.models,
            quality=source.standing.table(),
            now=now,
            usable=source.standing.usable,
            cut_off=source.standing.cut_off,
            free_only=source.catalog.free_only_providers,
            excluded=source.limits.excluded(now, told_only=manual, patient=manual),
            experience=source.experience.all(),
            task_experience=source.experience.by_task(policy.task),
            in_flight=in_flight,
            favourites=frozenset(source.choices.state.favourites),
            hidden=frozenset(source.choices.state.hidden),
            hardware=source.hardware() if policy.criteria.fits_hardware else None,
            limit_left=None if manual else source.budget.remaining(policy.task),
            unknown_price=source.settings.budget.unknown_price,
            stale=frozenset(name for name in source.standing.usable if source.catalog.is_provider_stale(name)),
            named=self._resolved_names(),
            strategies=source.strategies,
            loaded=loaded,
            local_full=source.local.busy(in_flight),
            loaded_full=source.local.full(loaded),
        )

    def _resolved_names(self) -> Mapping[str, Model]:
        """What the names in the settings mean, looked up once per state of the catalog."""
        snapshot, keyed = self._from.catalog.snapshot, self._from.standing.keyed
        if self._named is None or self._named[0] is not snapshot or self._named[1] != keyed:
            self._named = (snapshot, keyed, self._from.catalog.resolve_all(self._settings_names, keyed))
        return self._named[2]

    def _models(self, names: tuple[str, ...], known: Mapping[str, Model]) -> list[Model]:
        found = (known.get(name) or self._from.catalog.get(name) for name in names)
        return [model for model in found if model is not None]

    def _run_id(self) -> str:
        """Sortable by time, unique also between processes that start in the same millisecond."""
        milliseconds = int(self._from.clock.now().timestamp() * 1000)
        return f"{milliseconds:x}{self._from.random.getrandbits(24):06x}"
