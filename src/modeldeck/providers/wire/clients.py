"""HTTP clients: one per provider and running event loop, because connections cannot be shared across loops."""

from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.ports import ProviderInfo
from modeldeck.providers.network import Network, host_of, is_loopback
from modeldeck.providers.secret import Secret

# httpx costs 100 ms to import: it is loaded by the first request, not by whoever lists what is cached.
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    import httpx


class Clients:
    """The clients of one provider. Usable from several threads, each with its own event loop."""

    def __init__(self, info: ProviderInfo, secret: Secret, network: Network) -> None:
        self._info = info
        self._secret = secret
        self._network = network
        self._by_loop: WeakKeyDictionary[AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()
        self._lock = Lock()

    def current(self) -> "httpx.AsyncClient":
        """The client of the running event loop, made when it is first asked for. Raises ProviderError."""
        import asyncio

        loop = asyncio.get_running_loop()
        with self._lock:
            client = self._by_loop.get(loop)
            if client is None:
                client = self._by_loop[loop] = self._new()
            return client

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        import asyncio

        with self._lock:
            client = self._by_loop.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _new(self) -> "httpx.AsyncClient":
        import httpx

        if self._network.transport is not None:
            return httpx.AsyncClient(transport=self._network.transport)
        base_url = self._info.base_url
        try:
            # Certificates cost 20 ms to load and plain http needs none: redirects are not followed.
            verify = httpx.create_ssl_context() if base_url.startswith("https:") else False
            # A proxy of the environment is for the world outside, whether or not NO_PROXY lists this machine.
            return httpx.AsyncClient(verify=verify, trust_env=not is_loopback(host_of(base_url)))
        except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
            message = f"The proxy or certificate settings of the environment cannot be used: {error}"
            raise ProviderError(Failure(ErrorKind.UNREACHABLE, self._secret.mask(message)[:300])) from error
