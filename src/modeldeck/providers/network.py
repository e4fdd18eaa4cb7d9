"""Addresses: which are loopback, how people write base URLs, and what replaces the network in tests."""

import errno
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from modeldeck.providers.vendor import Vendor

if TYPE_CHECKING:
    import httpx

_VERSION = re.compile(r"/v\d+(?:(?:alpha|beta)\d*)?(?=/|$)")
_NO_ROUTE = (errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EHOSTDOWN)
_LOOPBACK = re.compile(r"localhost|.+\.localhost|127(?:\.\d{1,3}){3}|::1")


class Network(NamedTuple):
    """How the world is reached. `transport` replaces it in tests and simulations; `off` leaves loopback only."""

    transport: "httpx.AsyncBaseTransport | None" = None
    off: bool = False


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    return _LOOPBACK.fullmatch(host.strip("[]").rstrip(".").lower()) is not None


def connection_cause(error: BaseException) -> str | None:
    """Why no connection came about, in plain words for the end of a sentence; None when the cause is another one."""
    import socket  # every read of the command line would pay for it

    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "its name cannot be looked up: is there a network?"
        if isinstance(cause, ConnectionRefusedError):
            return "it refuses connections"
        if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
            return "no network leads there"
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it; of several attempts that failed together, the first.

    The connection pool raises its errors again `from None`, after which only the context still knows the cause.
    """
    while error is not None:
        yield error
        error = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__ or error.__context__


def host_of(url: str) -> str:
    """The host of a URL, without port and brackets; empty when it has none."""
    return urlsplit(url).hostname or ""


def normalise_base_url(text: str, vendor: Vendor) -> str:
    """A base URL as a person may write it, as the protocol needs it.

    A missing scheme becomes that of the vendor's own address, and a missing port the vendor's own (for local runtimes);
    `0.0.0.0`, which servers listen on, becomes the loopback address; the version path is added, or removed where the
    protocol has none.
    The forms of OLLAMA_HOST are those of Ollama's `envconfig.Host`.

    Raises:
        ValueError: it is no http(s) URL, or holds a user name or password (it would end up in logs and messages).
    """
    text = text.strip()
    has_scheme = "://" in text
    scheme = "https" if vendor.base_url.startswith("https:") else "http"  # a key must not travel in the open
    parts = urlsplit(text if has_scheme else f"{scheme}://{text}")
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
    if _VERSION.search(path):
        return path
    front, _, version = vendor.version_path.rpartition("/")
    return path.removesuffix(front) + f"{front}/{version}"


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
