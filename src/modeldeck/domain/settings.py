"""What a person may set in `config.toml`, area by area, with defaults.

The attribute docstrings are the settings' documentation. Types and limits are enforced by `storage.settings`,
which reads files into these classes and refuses unknown keys.
"""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from typing import Literal

from modeldeck.domain.model import Kind
from modeldeck.domain.profile import Specialization
from modeldeck.domain.record import record
from modeldeck.domain.task import FallbackMode, Mode, Strategy, Tier

ProviderKind = Literal["openai", "anthropic", "gemini", "ollama", "lmstudio"]
UnknownPrice = Literal["allow", "ask", "deny"]


@record(kw_only=True)
class Timeouts:
    """Seconds that one attempt may wait."""

    connect_s: float = 5.0
    first_token_s: float = 120.0
    """Until the first chunk; a local server may be loading the model."""
    idle_s: float = 60.0
    """Between two chunks; keep-alive comments count as chunks."""
    total_s: float = 900.0


@record(kw_only=True)
class RateLimits:
    """What may be sent at most, counted by the attempts of the ledger; None is no limit.

    `[limits]` counts everything the deck sends, `[providers.NAME.limits]` one account whose provider does not tell.
    """

    requests_minute: int | None = None
    requests_day: int | None = None
    tokens_minute: int | None = None
    tokens_day: int | None = None

    @property
    def any_set(self) -> bool:
        """Whether anything is limited."""
        return any(
            limit is not None
            for limit in (self.requests_minute, self.requests_day, self.tokens_minute, self.tokens_day)
        )


@record(kw_only=True)
class ProviderSettings:
    """`[providers.NAME]`: a known provider adjusted, or a custom one (then `kind` and `base_url` are needed)."""

    enabled: bool = True
    kind: ProviderKind | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    """Name of the environment variable that holds the key; never the key itself."""
    local: bool | None = None
    """Runs on this machine and costs nothing; default: the host is a loopback address."""
    free_only: bool = False
    timeouts: Timeouts = Timeouts()
    limits: RateLimits = RateLimits()


@record(kw_only=True)
class TierSettings:
    """`[tiers.NAME]`: explicit candidates in their order; empty lists mean the tier is derived."""

    free: tuple[str, ...] = ()
    paid: tuple[str, ...] = ()


@record(kw_only=True)
class TaskSettings:
    """`[tasks.NAME]`: overrides a default task or adds one; None keeps the default."""

    purpose: str | None = None
    mode: Mode | None = None
    model: str | None = None
    tier: Tier | None = None
    strategy: Strategy | None = None
    require_fast: bool | None = None
    require_quality: bool | None = None
    capabilities: tuple[str, ...] = ()
    min_quality: float | None = None
    max_cost_usd: Decimal | None = None
    max_latency_ms: float | None = None
    context_needed: int | None = None
    free_only: bool = False
    local_only: bool = False


@record(kw_only=True)
class QualityFloors:
    """`[selection.floors]`: the least quality (0..1) that a prompt of each complexity asks for."""

    trivial: float = 0.0
    simple: float = 0.25
    moderate: float = 0.4
    complex: float = 0.55
    expert: float = 0.65


@record(kw_only=True)
class StrategyWeights:
    """`[selection.weights.STRATEGY]`: shares of the terms, scaled to a sum of 1; None keeps the shipped share."""

    quality: float | None = None
    success: float | None = None
    cost: float | None = None
    speed: float | None = None
    load: float | None = None


@record(kw_only=True)
class SelectionSettings:
    """`[selection]`."""

    strategy: Strategy = Strategy.BALANCED
    default_model: str | None = None
    last_resort: str | None = None
    free_first: bool = True
    fallback_mode: FallbackMode = "auto"
    favourite_bonus: float = 0.02
    floors: QualityFloors = QualityFloors()
    learning: bool = True
    """Let attempts and ratings change later selections; off: they are recorded in the ledger only."""
    exploration: float = 0.0
    """Share (0..1) of automatic selections that try a candidate by a Thompson draw instead of the best score."""
    weights: Mapping[Strategy, StrategyWeights] = field(default_factory=dict)


@record(kw_only=True)
class FallbackSettings:
    """`[fallback]`."""

    enabled: bool = True
    max_retries: int = 3
    """Further attempts after the first."""
    max_wait_s: float = 30.0
    """Longest wait for a per-minute limit in manual mode."""
    exclude_failed_minutes: float = 10.0
    """Cap of the growing cooldown after failures other than rate limits."""
    prefer_different_provider: bool = True
    strategy: Strategy | None = None
    """What orders the chain behind the chosen model; default: the strategy of the request."""


@record(kw_only=True)
class TaskBudget:
    """`[budget.tasks.NAME]`: limits of one task in USD; None is no limit."""

    day_usd: Decimal | None = None


@record(kw_only=True)
class BudgetSettings:
    """`[budget]`: limits in USD; None is no limit."""

    session_usd: Decimal | None = None
    day_usd: Decimal | None = None
    month_usd: Decimal | None = None
    soft_percent: float = 80.0
    """Warn from this share of a limit on."""
    unknown_price: UnknownPrice = "deny"
    """What to do with a model of unknown price while a limit is set."""
    tasks: Mapping[str, TaskBudget] = field(default_factory=dict)

    @property
    def limits(self) -> dict[str, Decimal]:
        """The limits that are set, by name (`session`, `day`, `month`)."""
        named = {"session": self.session_usd, "day": self.day_usd, "month": self.month_usd}
        return {name: limit for name, limit in named.items() if limit is not None}


@record(kw_only=True)
class FilterSettings:
    """`[filters]`: what list and Models table show until a person filters otherwise.

    `max_price` is USD per million tokens, input and output; `min_context` is tokens.
    """

    kind: Kind | None = None
    providers: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    max_price: Decimal | None = None
    min_context: int | None = None
    keyed_only: bool = False


@record(kw_only=True)
class LocalSettings:
    """`[local]`: what local runtimes on this machine may be asked for; None is no limit."""

    max_loaded: int | None = None
    """Models in memory at once: while so many are loaded, others are not loaded beside them."""
    max_parallel: int | None = None
    """Attempts at local models running at once."""


@record(kw_only=True)
class MonitoringSettings:
    """`[monitoring]`."""

    retention_days: int | None = None
    """Days that prompts, answers and the selections behind runs are kept; totals are kept for ever. None: no end."""
    health_check_minutes: float | None = None
    """While the app is open, lists are fetched anew and local servers looked for this often; None: only by hand."""


@record(kw_only=True)
class SafetySettings:
    """`[safety]`."""

    min_safety: float | None = None
    """Least safety score (0..1) of a model; models of unknown safety do not pass it."""


@record(kw_only=True)
class ModelPrice:
    """`[models."ID".price]`: USD per million tokens; `request` is USD per call. None: as listed."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None
    request: Decimal | None = None


@record(kw_only=True)
class ModelSettings:
    """`[models."ID"]`: facts that the person knows better."""

    price: ModelPrice = ModelPrice()
    context: int | None = None
    quality: float | None = None
    specialization: Mapping[Specialization, float] = field(default_factory=dict)
    """Quality (0..1) for single specializations, e.g. `specialization = { coding = 0.8 }`."""
    safety: float | None = None
    capabilities: tuple[str, ...] | None = None
    latency_ms: float | None = None
    tokens_per_second: float | None = None
    fast: bool | None = None
    hidden: bool = False
    alias: str | None = None


@record(kw_only=True)
class PrivacySettings:
    """`[privacy]`."""

    history: bool = True
    """Keep prompts in the database."""
    deny_training: bool = False
    """Use no endpoint that logs prompts or trains on them."""


@record(kw_only=True)
class SavingsSettings:
    """`[savings]`."""

    baseline: str | None = None
    """The model that savings are counted against; default: the best-scored paid model of each selection."""


@record(kw_only=True)
class UiSettings:
    """`[ui]`."""

    theme: str | None = None
    timezone: str | None = None
    """IANA name for the ledger's calendar days; default: the machine's."""


@record(kw_only=True)
class Settings:
    """All of `config.toml`, with the environment laid over it; `origins` says which source set a dotted key."""

    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    tiers: Mapping[Tier, TierSettings] = field(default_factory=dict)
    tasks: Mapping[str, TaskSettings] = field(default_factory=dict)
    selection: SelectionSettings = SelectionSettings()
    fallback: FallbackSettings = FallbackSettings()
    budget: BudgetSettings = BudgetSettings()
    limits: RateLimits = RateLimits()
    filters: FilterSettings = FilterSettings()
    models: Mapping[str, ModelSettings] = field(default_factory=dict)
    local: LocalSettings = LocalSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    safety: SafetySettings = SafetySettings()
    privacy: PrivacySettings = PrivacySettings()
    savings: SavingsSettings = SavingsSettings()
    keymap: Mapping[str, str] = field(default_factory=dict)
    ui: UiSettings = UiSettings()
