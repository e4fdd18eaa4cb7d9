"""What differs between vendors of one protocol, as data: one table of `vendors.toml` each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.providers.protocols import CONVENTIONS, Protocol

PriceForm = Literal["million", "hosts", "ten_thousandths"]
Window = Literal["second", "minute", "day"]


class Vendor(NamedTuple):
    """One table of `vendors.toml`; see the comments there for the facts.

    `key_hosts` are hosts at which a key is needed although the vendor's other servers need none.
    `base_url` ends with `version_path`, the part that people may leave out. `keys` and `base_url_variables` are
    environment variables in the order in which they are tried. `list_path` is a native list below the server's root,
    tried before the protocol's own. `capabilities` hold for every model by the nature of the server.
    `public_list`: the list needs no key. The key travels in the header `key_header`, behind `key_prefix`.
    `exact_path`: a path that a person wrote is complete.
    `header_variables` names the environment variables that become headers where they are set.
    `reasoning_levels` are the words that `reasoning_effort` may have there; `reasoning_off` are the fields that switch
    thinking off where that is no word. `json_schemas`: an answer format may be a schema, not only "JSON".
    `dated`: the list says when a model appeared. `price_form` says how the list states prices (see `listing.hosted`);
    None: it states none.
    `other_models` are words in the names of models that answer no chat there, `responses_models` those in the names of
    models that answer in the Responses protocol only.
    `requests_window` is the time that the rate-limit headers about requests speak of.
    """

    name: str
    title: str
    kind: Protocol
    base_url: str
    version_path: str = ""
    exact_path: bool = False
    default_port: int | None = None
    keys: tuple[str, ...] = ()
    base_url_variables: tuple[str, ...] = ()
    needs_key: bool = False
    key_hosts: tuple[str, ...] = ()
    public_list: bool = False
    headers: Mapping[str, str] = MappingProxyType({})
    header_variables: Mapping[str, str] = MappingProxyType({})
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "
    max_tokens_field: str = "max_tokens"
    seed_field: str = "seed"
    reasoning_levels: tuple[ReasoningLevel, ...] = get_args(ReasoningLevel)
    reasoning_off: Mapping[str, Any] = MappingProxyType({})
    json_schemas: bool = True
    asks_for_usage: bool = True
    reports_cost: bool = False
    think_tags: bool = False
    list_path: str | None = None
    dated: bool = True
    price_form: PriceForm | None = None
    other_models: tuple[str, ...] = ()
    responses_models: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    requests_window: Window = "minute"
    free_requests_minute: int | None = None
    free_requests_day: int | None = None


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
