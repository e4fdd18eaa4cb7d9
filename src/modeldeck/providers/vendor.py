"""What differs between vendors of one protocol, as data: one table of `vendors.toml` each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Protocol = Literal["openai", "openrouter", "anthropic", "gemini", "ollama", "lmstudio"]


class Vendor(NamedTuple):
    """One table of `vendors.toml`; see the comments there for the facts.

    `base_url` ends with `version_path`, the part that people may leave out. `keys` and `base_url_variables` are
    environment variables in the order in which they are tried. `list_path` is a native list below the server's root,
    tried before the protocol's own. `capabilities` hold for every model by the nature of the server.
    The key travels in the header `key_header`, behind `key_prefix`.
    `exact_path`: a path that a person wrote is complete (custom servers, of which nothing else is known).
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
    headers: Mapping[str, str] = MappingProxyType({})
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "
    max_tokens_field: str = "max_tokens"
    asks_for_usage: bool = True
    reports_cost: bool = False
    think_tags: bool = False
    list_path: str | None = None
    capabilities: tuple[str, ...] = ()
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
    return Vendor(name=name, **fields)
