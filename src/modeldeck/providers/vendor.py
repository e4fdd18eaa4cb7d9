"""What differs between vendors of one protocol, as data: one table of `vendors.toml` each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit, urlunsplit

Protocol = Literal["openai", "openrouter", "ollama"]

_VERSION = re.compile(r"/v\d+(?:(?:alpha|beta)\d*)?(?=/|$)")
_LOOPBACK = re.compile(r"localhost|.+\.localhost|127(?:\.\d{1,3}){3}|::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One table of `vendors.toml`; see the comments there for the facts.

    `base_url` ends with `version_path`, the part that people may leave out. `keys` and `base_url_variables` are
    environment variables in the order in which they are tried. `list_path` is a native list below the server's root,
    tried before the protocol's own. `capabilities` hold for every model by the nature of the server.
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
    headers: Mapping[str, str] = field(default_factory=dict)
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


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    return _LOOPBACK.fullmatch(host.strip("[]").rstrip(".").lower()) is not None


def host_of(url: str) -> str:
    """The host of a URL, without port and brackets; empty when it has none."""
    return urlsplit(url).hostname or ""


def normalise_base_url(text: str, vendor: Vendor) -> str:
    """A base URL as a person may write it, as the protocol needs it.

    A missing scheme becomes `http`; a missing port the vendor's own (for local runtimes); `0.0.0.0`, which servers
    listen on, becomes the loopback address; the version path is added, or removed where the protocol has none.
    The forms of OLLAMA_HOST are those of Ollama's `envconfig.Host`.

    Raises:
        ValueError: it is no http(s) URL, or holds a user name or password (it would end up in logs and messages).
    """
    text = text.strip()
    has_scheme = "://" in text
    parts = urlsplit(text if has_scheme else f"http://{text}")
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"the scheme {parts.scheme!r} is neither http nor https")
    if "@" in parts.netloc:
        raise ValueError("it holds a user name or password; name a key variable instead")
    netloc = _netloc(parts, None if has_scheme else vendor.default_port)
    return urlunsplit((parts.scheme, netloc, _path(parts.path, vendor), "", ""))


def _path(path: str, vendor: Vendor) -> str:
    if vendor.exact_path and path:
        return path.rstrip("/")
    path = path.rstrip("/")
    if not vendor.version_path:
        return root_of(path)
    return path if _VERSION.search(path) else path + vendor.version_path


def _netloc(parts: SplitResult, default_port: int | None) -> str:
    try:
        port = parts.port or default_port
    except ValueError:
        raise ValueError("the port is not a number up to 65535") from None
    host = parts.hostname or ""
    if host in {"0.0.0.0", "::"} or (not host and port):
        host = "127.0.0.1"
    if not host:
        raise ValueError("it names no host")
    address = f"[{host}]" if ":" in host else host
    return address + (f":{port}" if port else "")


def root_of(base_url: str) -> str:
    """The server's address without the version path."""
    version = _VERSION.search(base_url)
    return base_url[: version.start()] if version and version.end() == len(base_url) else base_url
