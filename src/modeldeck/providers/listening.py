"""Whether a local server runs at all, asked with a bare socket: an HTTP client costs more to import than this takes."""

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
CONNECT_TIMEOUT_S = 0.3


def is_listening(base_url: str) -> bool:
    """Whether something accepts connections at the URL's host and port; says nothing about what it is."""
    import socket  # the app asks only after its first picture

    parts = urlsplit(base_url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", port), CONNECT_TIMEOUT_S):
            return True
    except OSError:
        return False
