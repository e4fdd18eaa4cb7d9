"""From vendors, settings and environment to providers; nothing is asked and nothing heavy is imported here."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, get_args

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.settings import ProviderKind, ProviderSettings, Settings
from modeldeck.ports import Clock, PluginContext, Provider, ProviderInfo
from modeldeck.providers.late import LateProvider
from modeldeck.providers.network import Network, host_of, is_loopback, normalise_base_url
from modeldeck.providers.protocols import CONVENTIONS, EXACT_PATHS, Protocol
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor, parse_vendors

if TYPE_CHECKING:
    import httpx

    from modeldeck.providers.adapter import Adapter

# Protocol -> module:class, imported when a provider is first asked: the protocols cost 30 ms, and most starts only
# read what is cached.
_ADAPTERS: Mapping[Protocol, str] = {
    "openai": "modeldeck.providers.openai.adapter:OpenAiChat",
    "openrouter": "modeldeck.providers.openrouter.adapter:OpenRouter",
    "anthropic": "modeldeck.providers.anthropic.adapter:Anthropic",
    "gemini": "modeldeck.providers.gemini.adapter:Gemini",
    "ollama": "modeldeck.providers.ollama.adapter:Ollama",
    "lmstudio": "modeldeck.providers.lmstudio.adapter:LmStudio",
}

__all__ = ["Vendor", "address_variable", "build_providers", "log_warning", "parse_vendors"]


def log_warning(sentence: str) -> None:
    """Write a warning to the log, where no face hears it."""
    import logging  # no start without one should wait for it

    logging.getLogger(__name__).warning("%s", sentence)


def build_providers(
    vendors: Mapping[str, Vendor],
    settings: Settings,
    environment: Mapping[str, str],
    *,
    clock: Clock,
    transport: "httpx.AsyncBaseTransport | None" = None,
    no_network: bool = False,
    warn: Callable[[str], None] = log_warning,
) -> dict[str, Provider]:
    """All enabled providers by name: the vendors in their order, then the custom ones, then those of other packages.

    A provider without its key is built too: its list may be public, and the screen says which key is missing.

    Args:
        vendors: as `parse_vendors` gives them.
        settings: `[providers.NAME]` adjusts a vendor, or adds a server of one's own.
        environment: keys and base URLs; see `vendors.toml` for the names, plus `MODELDECK_<NAME>_BASE_URL`.
        clock: where time comes from.
        transport: what sends requests instead of the network (tests, simulations).
        no_network: loopback addresses only. An injected transport never leaves the process and stays usable.
        warn: hears, in a sentence, of each package whose provider cannot be used.

    Raises:
        ConfigError: a base URL is none, or a custom provider lacks `kind` or `base_url`.
    """
    network = Network(transport, off=no_network and transport is None)
    own = {name: table for name, table in settings.providers.items() if name not in vendors and table.enabled}
    custom = {name: _custom(name, table) for name, table in own.items() if not _maybe_plugin(table)}
    providers: dict[str, Provider] = {}
    for name, vendor in {**vendors, **custom}.items():
        table = settings.providers.get(name, ProviderSettings())
        if table.enabled:
            providers[name] = _build(vendor, table, environment, network, clock)
    for name in [name for name in own if name not in custom]:
        context = PluginContext(
            name=name, settings=own[name], environment=environment, clock=clock, no_network=no_network
        )
        plugin = _plugin(context, warn)
        if plugin is not None:
            providers[name] = plugin
    return providers


def _maybe_plugin(settings: ProviderSettings) -> bool:
    """Whether only a package could know what protocol the provider speaks."""
    return settings.kind is None


def _plugin(context: PluginContext, warn: Callable[[str], None]) -> Provider | None:
    from modeldeck.providers.plugin import load_plugin  # few people have any

    try:
        plugin = load_plugin(context)
    except ConfigError as error:
        warn(f"{error.message} {error.hint}")
        return None
    if plugin is None:
        _custom(context.name, context.settings)  # says what is missing
    return plugin


def _custom(name: str, settings: ProviderSettings) -> Vendor:
    """A vendor for a server of which only the protocol is known."""
    if settings.kind is None or not settings.base_url:
        raise ConfigError(
            f"[providers.{name}] is no known provider, so it needs `kind` and `base_url`.",
            f'kind = one of {", ".join(get_args(ProviderKind))}; base_url = "http://host:port/v1".',
        )
    return Vendor(
        name=name,
        title=name,
        kind=settings.kind,
        base_url=settings.base_url,
        exact_path=settings.kind in EXACT_PATHS,
        keys=(f"{_variable_part(name)}_API_KEY",),
        think_tags=True,
        **CONVENTIONS[settings.kind],
    )


def _build(
    vendor: Vendor, settings: ProviderSettings, environment: Mapping[str, str], network: Network, clock: Clock
) -> Provider:
    address, source = _address(vendor, settings, environment)
    try:
        base_url = normalise_base_url(address, vendor)
    except ValueError as error:
        raise ConfigError(f"{source} is no base URL: {error}.", 'It looks like "http://host:port/v1".') from None
    key_names = (settings.api_key_env,) if settings.api_key_env else vendor.keys
    vendor = _with_headers(vendor, environment)
    key_from = next((name for name in key_names if environment.get(name, "").strip()), None)
    secret = Secret(None if key_from is None else environment[key_from])
    local = _is_local(vendor, base_url) if settings.local is None else settings.local
    info = ProviderInfo(
        name=vendor.name,
        title=vendor.title,
        base_url=base_url,
        local=local,
        needs_key=not local and _needs_key(vendor, settings, base_url),
        has_key=bool(secret),
        key_names=key_names,
        key_from=key_from,
        public_list=vendor.public_list,
        free_only=settings.free_only,
        cut_off=network.off and not is_loopback(host_of(base_url)),
        timeouts=settings.timeouts,
    )
    guessed = source == vendor.name and is_loopback(host_of(base_url))
    return LateProvider(info, lambda: _open(vendor, info, secret, network, clock, guessed=guessed))


def _with_headers(vendor: Vendor, environment: Mapping[str, str]) -> Vendor:
    """The vendor with the headers that the environment sets for it."""
    found = {header: environment.get(name, "").strip() for header, name in vendor.header_variables.items()}
    for header, value in found.items():
        if not (value.isascii() and value.isprintable()):
            raise ConfigError(f"{vendor.header_variables[header]} holds characters that no header can carry.")
    return vendor._replace(headers={**vendor.headers, **{name: value for name, value in found.items() if value}})


def _needs_key(vendor: Vendor, settings: ProviderSettings, base_url: str) -> bool:
    """Whether an address that is not local asks for a key; naming its variable says so."""
    return vendor.needs_key or settings.api_key_env is not None or host_of(base_url) in vendor.key_hosts


def _is_local(vendor: Vendor, base_url: str) -> bool:
    """A runtime on a loopback address; a hosted service behind a proxy on this machine still charges."""
    return not vendor.needs_key and is_loopback(host_of(base_url))


def _address(vendor: Vendor, settings: ProviderSettings, environment: Mapping[str, str]) -> tuple[str, str]:
    """The base URL that holds, with its source in words: environment, then settings, then the vendor's own."""
    variable = address_variable(vendor.name, vendor.base_url_variables, environment)
    if variable is not None:
        return environment[variable].strip(), variable
    if settings.base_url:
        return settings.base_url, f"[providers.{vendor.name}] base_url"
    return vendor.base_url, vendor.name


def address_variable(provider: str, usual: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """The variable that holds a provider's base URL: `MODELDECK_<NAME>_BASE_URL`, else one of the `usual` ones."""
    names = (f"MODELDECK_{_variable_part(provider)}_BASE_URL", *usual)
    return next((name for name in names if environment.get(name, "").strip()), None)


def _variable_part(name: str) -> str:
    return name.upper().replace("-", "_").replace(".", "_")


def _open(
    vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock, *, guessed: bool
) -> Provider:
    module, _, name = _ADAPTERS[vendor.kind].partition(":")
    adapter: type[Adapter] = getattr(import_module(module), name)
    return adapter(vendor, info, secret, network, clock, guessed=guessed)
