"""What every protocol adapter does the same way: list, stream, be absent, and let go of connections."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol

from modeldeck.domain.call import Call, Chunk
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model
from modeldeck.domain.quota import Quota
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.absence import as_absent
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.network import Network
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.connection import Connection
from modeldeck.providers.wire.failures import classify_stream_error


class AnswerReader(Protocol):
    """Reads one streamed answer: bytes in, chunks out; no I/O. Both methods raise ProviderError for a broken answer.

    Feed until `done`, then close; iterate every returned iterator to its end, because chunks that came before an
    error are given out first. The last chunk of `close` is a StopChunk.
    """

    done: bool

    def feed(self, data: bytes) -> Iterator[Chunk]:
        """The chunks that this piece completes; pieces may be cut anywhere."""
        ...

    def close(self) -> Iterator[Chunk]:
        """The last chunks. Raises BROKEN_STREAM or MALFORMED when the answer is not complete."""
        ...


class Adapter(ABC):
    """A provider (see `ports.Provider`) of one protocol; a subclass says how to list, ask and read.

    Args:
        vendor: what this vendor does differently.
        info: name, address and limits, with the settings applied.
        secret: the key, or an empty one.
        network: how the world is reached.
        clock: dates the lists and resolves waiting times.
        guessed: nobody named this address: whatever does not speak the protocol there is not our server.
    """

    def __init__(
        self, vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock, *, guessed: bool
    ) -> None:
        self._vendor = vendor
        self._info = info
        self._secret = secret
        self._clock = clock
        self._guessed = guessed
        self._connection = Connection(vendor, info, secret, network, clock)

    @property
    def info(self) -> ProviderInfo:
        return self._info

    async def list_models(self) -> Sequence[Model]:
        """Everything offered now. Raises ProviderError; UNREACHABLE for a local server that does not run."""
        try:
            return await self._list()
        except ProviderError as error:
            absent = as_absent(error, self._info, guessed=self._guessed)
            if absent is None:
                raise
            raise absent from error

    def stream(self, call: Call) -> AsyncGenerator[Chunk, None]:
        """Send and stream. Raises ProviderError before or between chunks; closing it closes the connection."""
        self._connection.prepare()
        return self._chunks(call)

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory right now; none where the protocol cannot tell. Never raises."""
        return ()

    def quotas(self) -> Sequence[Quota]:
        """Rate limits as last read from answers."""
        return self._connection.quotas.all()

    async def aclose(self) -> None:
        """Close the connections that belong to the running event loop."""
        await self._connection.aclose()

    @abstractmethod
    async def _list(self) -> Sequence[Model]:
        """Fetch and read the list. Raises ProviderError."""

    @abstractmethod
    def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        """Send the call and yield the bytes of its answer. Raises ProviderError."""

    @abstractmethod
    def _reader(self, call: Call) -> AnswerReader:
        """What reads the answer to this call."""

    async def _chunks(self, call: Call) -> AsyncGenerator[Chunk, None]:
        answer = self._reader(call)
        async with aclosing(self._pieces(call)) as pieces:
            async for piece in pieces:
                for chunk in answer.feed(piece):
                    yield chunk
                if answer.done:
                    break
        for chunk in answer.close():
            yield chunk

    async def _mended_pieces(
        self, url: str, body: Mapping[str, Any], mend: Callable[[Failure], bool]
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of the answer to `body`; asked once more where `mend` says that it took out what was refused."""
        try:
            async with aclosing(self._connection.pieces(url, body)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        except ProviderError as error:
            if not mend(error.failure):
                raise
        async with aclosing(self._connection.pieces(url, body)) as pieces:
            async for piece in pieces:
                yield piece

    def _list_context(self) -> ListContext:
        return ListContext(vendor=self._vendor, local=self._info.local, at=self._clock.now())

    def _stream_failure(self, event: Any) -> Failure:
        return classify_stream_error(event, now=self._clock.now(), provider=self._info.name, secret=self._secret)
