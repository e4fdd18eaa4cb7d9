"""The only place that sends requests: limits are learned from every answer, every failure is classified."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from modeldeck import __version__
from modeldeck.domain.errors import NO_CONNECTION, ErrorKind, Failure, ProviderError
from modeldeck.domain.model import model_id
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.network import Network, connection_cause, host_of, is_loopback
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.clients import Clients
from modeldeck.providers.wire.error_body import rate_headers, read_body
from modeldeck.providers.wire.failures import classify_answer
from modeldeck.providers.wire.quota_failure import used_up
from modeldeck.providers.wire.quotas import QuotaBook
from modeldeck.providers.wire.rate_headers import read_quotas
from modeldeck.providers.wire.values import as_id, as_name, parse_json

# httpx costs 100 ms to import: it is loaded by the first request, not by whoever lists what is cached.
if TYPE_CHECKING:
    import httpx

LOCAL_CONNECT_S = 0.4
"""A runtime on this machine accepts at once or is not there; closed ports on Windows are only known by waiting."""
LOCAL_LIST_S = 3.0
REMOTE_LIST_S = 15.0
WRITE_S = 60.0
ERROR_BYTES = 65_536
"""As much of an error body is read; edge proxies send whole pages."""
LIST_BYTES = 64_000_000
ANSWER_BYTES = 64_000_000
"""No answer is that long; a server that does not stop must not fill the memory before the time is over."""


class Connection:
    """Requests to one provider. Usable from several threads, each with its own event loop."""

    def __init__(self, vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock) -> None:
        self._vendor = vendor
        self._info = info
        self._secret = secret
        self._network = network
        self._clock = clock
        self._clients = Clients(info, secret, network)
        self.quotas = QuotaBook()

    def prepare(self) -> None:
        """Load and set up what a request needs, inside the running event loop. Raises ProviderError.

        The first time costs 100 ms, which are not the server's: whoever times an answer does this before.
        """
        self._clients.current()

    async def get_json(self, url: str) -> Any:
        """GET a JSON document. Raises ProviderError; MALFORMED when the answer is no JSON."""
        return await self._json("GET", url, None)

    async def post_json(self, url: str, body: Mapping[str, Any]) -> Any:
        """POST and read a JSON document. Raises ProviderError; MALFORMED when the answer is no JSON."""
        return await self._json("POST", url, body)

    async def pieces(
        self, url: str, body: Mapping[str, Any], *, model: str | None = None
    ) -> AsyncGenerator[bytes, None]:
        """POST and yield the bytes of a successful answer as they arrive, without a time limit between them.

        Close it (`aclosing`) to close the connection. Raises ProviderError, also for an answer without an end.

        Args:
            url: where to.
            body: JSON.
            model: native id of the model that is asked, where `body` does not hold it as `model`.
        """
        async with (
            self._open("POST", url, body, self._stream_timeout(), model) as response,
            aclosing(_pieces(response)) as pieces,
        ):
            received = 0
            async for piece in pieces:
                received += len(piece)
                if received > ANSWER_BYTES:
                    message = f"{self._info.title} sent more than {ANSWER_BYTES:,} bytes in one answer"
                    raise ProviderError(Failure(ErrorKind.BROKEN_STREAM, message))
                yield piece

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        await self._clients.aclose()

    def malformed(self, what: str) -> ProviderError:
        """An error for an answer that is not the protocol; `what` continues the sentence "NAME answered ..."."""
        message = f"{self._info.title} answered {self._secret.mask(what)}"
        return ProviderError(Failure(ErrorKind.MALFORMED, message[:300]))

    async def _json(self, method: str, url: str, body: Mapping[str, Any] | None) -> Any:
        async with self._open(method, url, body, self._list_timeout()) as response:
            data = await _read(response, LIST_BYTES)
        try:
            return parse_json(data)
        except ValueError:
            excerpt = as_name(data[:400].decode("utf-8", "replace")) or "nothing"
            raise self.malformed(f"with something that is not JSON: {excerpt}") from None

    @asynccontextmanager
    async def _open(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | None,
        timeout: "httpx.Timeout",
        model: str | None = None,
    ) -> AsyncIterator["httpx.Response"]:
        """An open answer with status 2xx; what httpx raises, here or while it is read, becomes a ProviderError."""
        import httpx

        self._check_allowed(url)
        content = None
        if body is not None:
            # Lone surrogates come from terminals and files in wrong encodings; a question mark is better than a crash.
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        asked = model or as_id((body or {}).get("model"))
        begun = False
        try:
            request = self._clients.current().stream(
                method, url, content=content, headers=self._all_headers(), timeout=timeout
            )
            async with request as response:
                begun = True
                self._note_limits(response.headers, asked)
                if not response.is_success:
                    raise await self._refused(response, asked)
                yield response
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderError(self._network_failure(error, begun)) from error

    def _check_allowed(self, url: str) -> None:
        if self._network.off and not is_loopback(host_of(url)):
            raise ProviderError(
                Failure(ErrorKind.UNREACHABLE, f"{self._info.title} is not asked: the network is switched off")
            )

    def _all_headers(self) -> dict[str, str]:
        headers = {
            "User-Agent": f"modeldeck/{__version__}",
            "Content-Type": "application/json",
            **self._vendor.headers,
        }
        key = self._secret.reveal()
        if key:
            if not (key.isascii() and key.isprintable()):  # httpx would raise with the key in its message
                message = f"The key for {self._info.title} holds characters that no key has"
                raise ProviderError(Failure(ErrorKind.AUTH, message))
            headers[self._vendor.key_header] = self._vendor.key_prefix + key
        return headers

    def _note_limits(self, headers: "httpx.Headers", model: str | None) -> None:
        """Learn from the rate-limit headers of any answer, a refusal as well.

        They are filed under the model that was asked: nearly everywhere each model has limits of its own, and where
        several share one, the others find it used up by themselves.
        """
        if model is None:
            return
        scope = model_id(self._info.name, model)
        window, now = self._vendor.requests_window, self._clock.now()
        for quota in read_quotas(headers, scope=scope, requests_window=window, now=now):
            self.quotas.put(quota)

    async def _refused(self, response: "httpx.Response", model: str | None) -> ProviderError:
        body = await _read(response, ERROR_BYTES)
        headers = {name.lower(): value for name, value in response.headers.items()}
        now = self._clock.now()
        failure = classify_answer(
            response.status_code, headers, body, now=now, provider=self._info.name, secret=self._secret
        )
        self.quotas.observe(failure, {**headers, **rate_headers(body)})
        minute_ends = failure.resets_at if failure.kind is ErrorKind.RATE_MINUTE else None
        fields = read_body(body).fields
        for quota in used_up(fields, self._info.name, model, minute_ends=minute_ends, now=now):
            self.quotas.put(quota)
        return ProviderError(failure)

    def _list_timeout(self) -> "httpx.Timeout":
        import httpx

        if self._info.local:
            return httpx.Timeout(LOCAL_LIST_S, connect=LOCAL_CONNECT_S)
        return httpx.Timeout(REMOTE_LIST_S, connect=self._info.timeouts.connect_s)

    def _stream_timeout(self) -> "httpx.Timeout":
        """The runner watches first token, idle and total time; only connecting is watched here."""
        import httpx

        connect_s = self._info.timeouts.connect_s
        return httpx.Timeout(connect=connect_s, read=None, write=WRITE_S, pool=connect_s)

    def _network_failure(self, error: Exception, begun: bool) -> Failure:
        import httpx

        where = f"{self._info.title} at {self._info.base_url}"
        reason = self._secret.mask(as_name(str(error)) or type(error).__name__)
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return Failure(ErrorKind.TIMEOUT, f"{NO_CONNECTION} to {where} in time")
        if isinstance(error, httpx.TimeoutException):
            return Failure(ErrorKind.TIMEOUT, f"No answer from {where} in time")
        if isinstance(error, httpx.DecodingError):
            return Failure(ErrorKind.MALFORMED, f"The answer of {where} cannot be unpacked: {reason}")
        if begun:
            return Failure(ErrorKind.BROKEN_STREAM, f"The connection to {where} broke off: {reason}")
        return Failure(ErrorKind.UNREACHABLE, f"{NO_CONNECTION} to {where}: {connection_cause(error) or reason}")


def _pieces(response: "httpx.Response") -> AsyncGenerator[bytes, None]:
    # httpx declares less than it gives; an iterator that cannot be closed would be left to the garbage collector.
    return cast("AsyncGenerator[bytes, None]", response.aiter_bytes())


async def _read(response: "httpx.Response", limit: int) -> bytes:
    """The body, cut after `limit` bytes."""
    data = bytearray()
    async with aclosing(_pieces(response)) as pieces:
        async for piece in pieces:
            data += piece
            if len(data) >= limit:
                break
    return bytes(data[:limit])
