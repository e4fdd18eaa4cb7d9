"""What differs between vendors of one protocol, as data: one table of `vendors.toml` each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.providers.protocols import CONVENTIONS, Protocol

PriceForm = Literal["million", "hosts", "ten_thousandths"]
Window = Literal["second", "minute", "day"]


class Vendor(NamedTuple):
    """One table of `vendors.toml`; the comments there name the source of each fact."""

    name: str
    title: str
    kind: Protocol

    # Where it is, and who may come.
    base_url: str
    """Ends with `version_path`."""
    version_path: str = ""
    """The part of a base URL that people may leave out."""
    exact_path: bool = False
    """A path that a person wrote is complete, without `version_path` as well."""
    default_port: int | None = None
    """The port of an address that is written without scheme and port."""
    base_url_variables: tuple[str, ...] = ()
    """Environment variables that hold another base URL, in the order in which they are tried."""
    keys: tuple[str, ...] = ()
    """Environment variables that hold the key, in the order in which they are tried."""
    needs_key: bool = False
    key_hosts: tuple[str, ...] = ()
    """Hosts at which a key is needed although the vendor's other servers need none."""
    key_header: str = "Authorization"
    """The header that carries the key, behind `key_prefix`."""
    key_prefix: str = "Bearer "
    headers: Mapping[str, str] = MappingProxyType({})
    """Sent with every request."""
    header_variables: Mapping[str, str] = MappingProxyType({})
    """By header, the environment variable that becomes its value where it is set."""

    # What a request may say.
    max_tokens_field: str = "max_tokens"
    seed_field: str = "seed"
    reasoning_levels: tuple[ReasoningLevel, ...] = get_args(ReasoningLevel)
    """The words that `reasoning_effort` may have."""
    reasoning_off: Mapping[str, Any] = MappingProxyType({})
    """The fields that switch thinking off where no word of `reasoning_levels` does."""
    json_schemas: bool = True
    """An answer format may be a schema, not only "JSON"."""
    asks_for_usage: bool = True
    """A stream tells its usage only when `stream_options` asks for it."""

    # What an answer says.
    reports_cost: bool = False
    """The usage states what was charged, in USD."""
    think_tags: bool = False
    """Thinking may stand in the answer as `<think>...</think>`."""
    responses_models: tuple[str, ...] = ()
    """Words in the names of models that answer in the Responses protocol only."""
    requests_window: Window = "minute"
    """The time that the rate-limit headers about requests speak of."""
    free_requests_minute: int | None = None
    """How many requests to free models an account may send; no answer tells."""
    free_requests_day: int | None = None
    """The same by day, of an account that never bought credits."""

    # What the list of models says.
    public_list: bool = False
    """The list needs no key."""
    list_path: str | None = None
    """A native list below the server's root, tried before the protocol's own."""
    dated: bool = True
    """The list says when a model appeared."""
    price_form: PriceForm | None = None
    """How the list states prices (see `listing.hosted`); None: it states none."""
    other_models: tuple[str, ...] = ()
    """Words in the names of models that answer no chat."""
    capabilities: tuple[str, ...] = ()
    """What every model can do by the nature of the server."""


def parse_vendors(raw: Mapping[str, Any]) -> dict[str, Vendor]:
    """The vendors of a parsed `vendors.toml`, in its order.

    Raises:
        TypeError: a table has an unknown key or lacks one; the file is ours, so this is a defect of the package.
    """
    return {name: _parse_vendor(name, table) for name, table in raw.items()}


def _parse_vendor(name: str, table: Mapping[str, Any]) -> Vendor:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    kind: Protocol = table["kind"]
    return Vendor(name=name, **{**CONVENTIONS[kind], **fields})
