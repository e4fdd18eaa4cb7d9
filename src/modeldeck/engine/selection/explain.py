"""One sentence for a selection, made of the factors and filters that decided it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from modeldeck.domain.profile import Profile
from modeldeck.domain.record import record
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.domain.task import Policy
from modeldeck.engine.selection.blocked import Blocked
from modeldeck.engine.selection.scoring import Scored
from modeldeck.engine.selection.strategies import Weights
from modeldeck.engine.selection.tiers import Stage

_TELLING = 0.005  # a weighted difference below this decided nothing
_TERM_WORDS: Mapping[str, str] = {
    "quality": "quality",
    "success": "reliability",
    "cost": "cost",
    "speed": "speed",
    "load": "a shorter queue",
    "favourite": "being a favourite",
}
_HINTS: Mapping[RejectionGroup, str] = {
    RejectionGroup.NO_KEY: "Set the key of a provider; `modeldeck doctor` says which variable it is read from.",
    RejectionGroup.DISABLED: "Enable the provider in config.toml, or leave --no-network out.",
    RejectionGroup.COOLDOWN: "Wait for it, or name another model.",
    RejectionGroup.QUOTA: "Wait for the reset, or use another provider.",
    RejectionGroup.BUDGET: "Raise the limit in [budget], or ask for a shorter answer.",
    RejectionGroup.PRICE: (
        'Allow a higher cost; an unknown price is set in [models."ID"] or let through by [budget] unknown_price.'
    ),
    RejectionGroup.NOT_FREE: "Name a model that costs nothing, or lift `free_only`.",
    RejectionGroup.CONTEXT: "Shorten the conversation, or allow models with a longer context.",
    RejectionGroup.QUALITY: "Lower the least quality.",
    RejectionGroup.SAFETY: 'Lower the least safety, or say in [models."ID"] how safe a model is.',
    RejectionGroup.BUSY: "Wait for an answer, unload a model, or raise the limits in [local].",
    RejectionGroup.HIDDEN: "Show hidden models again.",
    RejectionGroup.STALE: "Start the local server, then refresh.",
}
_HINT_INCAPABLE = "Name another model with `--model`; `modeldeck list --capability NAME` shows which can."
_HINT_EMPTY = "Set a provider's key or start a local server; `modeldeck doctor` says what each provider answers."


@record
class Grounds:
    """What an automatic choice rests on.

    `rivals` counts the models of the stage in the winner's part, itself included, `aside` those of later parts.
    `weights` are those of the strategy, None when a script's function scored. `blocked` would have been preferred,
    had it not been out. `explored`: the winner was drawn, and is not the one of the best score.
    """

    policy: Policy
    profile: Profile
    stage: Stage
    winner: Scored
    rivals: int
    aside: int
    runner_up: Scored | None
    weights: Weights | None
    blocked: Blocked | None = None
    balanced: bool = False
    explored: bool = False


def automatic(grounds: Grounds) -> str:
    """The reason of an automatic choice: what it won, against whom and by what, and which filters mattered."""
    parts = [f"{_purpose(grounds.profile)}: {_victory(grounds)}"]
    aside = grounds.aside
    if aside and grounds.policy.free_first:
        parts.append("one model that costs money comes after" if aside == 1 else f"{aside} that cost money come after")
    if grounds.stage.note is not None:
        parts.append(grounds.stage.note)
    if grounds.stage.floor > 0:
        parts.append(f"quality is at least {grounds.stage.floor:.2f}, as such a prompt asks for")
    parts += _unpriced(grounds.winner)
    if grounds.blocked is not None:
        parts.append(f"{grounds.blocked.model.id} would come first but is out ({grounds.blocked.reason})")
    return "; ".join(parts) + "."


def own_list(policy: Policy, profile: Profile, winner: Scored) -> str:
    """The reason of a choice from the person's own list."""
    reason = f"{_purpose(profile)}: {winner.model.id} is the first usable model of your {policy.tier.value} list"
    return f"{reason}; its price is unknown." if winner.part > 1 else f"{reason}."


def noted(reason: str, notes: Iterable[str]) -> str:
    """A reason with more to say at its end."""
    return "; ".join([reason.removesuffix("."), *notes]) + "."


def nothing_left(rejections: Iterable[Rejection]) -> tuple[str, str | None, dict[str, int]]:
    """Message, hint and counts by group for a selection that nothing survived."""
    kept = list(rejections)
    groups = Counter(rejection.group for rejection in kept)
    if not groups:
        return "No model can be selected: the catalog is empty.", _HINT_EMPTY, {}
    commonest = ", ".join(_told(group, kept) for group, _ in groups.most_common(3))
    hint = _HINTS.get(groups.most_common(1)[0][0])
    counts = {group.value: count for group, count in groups.items()}
    return f"No model passes: {commonest}.", hint, counts


def _told(group: RejectionGroup, rejections: Iterable[Rejection]) -> str:
    """How many were dropped for a group of reasons: `3 x no key`, or with the commonest of several reasons."""
    reasons = Counter(rejection.reason for rejection in rejections if rejection.group is group)
    (reason, _), *others = reasons.most_common(2)
    words = f"{group.value} (e.g. {reason})" if others and reason != group.value else reason
    return f"{reasons.total()} x {words}"


def hint_for(found: Rejection) -> str | None:
    """The next step after one rejection of a model that was named."""
    return _HINT_INCAPABLE if found.group is RejectionGroup.CAPABILITY else _HINTS.get(found.group)


def _purpose(profile: Profile) -> str:
    probability = profile.probabilities.get(profile.specialization, 0.0)
    sure = "" if probability >= 0.5 else "probably "
    return f"{sure}{profile.specialization.value}, {profile.complexity.value}"


def _unpriced(winner: Scored) -> Sequence[str]:
    return ["its price is unknown, and nothing with a known price was left"] if winner.part > 1 else []


def _victory(grounds: Grounds) -> str:
    winner, rivals = grounds.winner, grounds.rivals
    free_first = grounds.policy.free_first and winner.costs_nothing
    prefix = "free first, and " if free_first and grounds.aside else ""
    if rivals == 1:
        return f"{prefix}{winner.model.id} is the only usable model{' that costs nothing' if free_first else ''}"
    kind = "models that cost nothing" if free_first else "usable models"
    if grounds.explored and grounds.runner_up is not None:
        best = grounds.runner_up.model.id
        return f"{prefix}explored {winner.model.id}, drawn among {rivals} {kind} to learn more, instead of {best}"
    return f"{prefix}{winner.model.id} is the best of {rivals} {kind}{_ahead(grounds)}"


def _ahead(grounds: Grounds) -> str:
    """By which terms the winner beats the next one; empty when no term tells them apart."""
    second = grounds.runner_up
    if second is None or second.part != grounds.winner.part:
        return ""
    if grounds.balanced:
        return f", taken over {second.model.id} of nearly the same score because it has less to do"
    if grounds.weights is None:
        return f", ahead of {second.model.id} by the strategy {grounds.policy.strategy}"
    words = _advantages(grounds.winner, second, grounds.weights)
    return f", ahead of {second.model.id} by {' and '.join(words)}" if words else ""


def _advantages(winner: Scored, second: Scored, weights: Weights) -> Sequence[str]:
    ours, theirs = winner.factors, second.factors
    gains = {term: (ours[term] - theirs[term]) * getattr(weights, term, 1.0) for term in ours}
    telling = sorted((term for term in gains if gains[term] >= _TELLING), key=lambda term: -gains[term])
    return [_TERM_WORDS[term] for term in telling[:2]]
