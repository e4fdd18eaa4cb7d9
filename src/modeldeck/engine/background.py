"""One event loop in a thread of its own, so that blocking calls work from any thread, also inside a running loop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from threading import Event, Lock, Thread, current_thread
from typing import Any, TypeVar

_Result = TypeVar("_Result")

CLOSING_S = 5.0
"""How long closing waits for cancelled work; a connection that hangs longer dies with the process."""


class BackgroundLoop:
    """Starts with the first call. Its connections live as long as it does.

    Args:
        on_stop: closes the connections that belong to this loop; awaited inside it.
    """

    def __init__(self, on_stop: Callable[[], Awaitable[None]]) -> None:
        self._on_stop = on_stop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._lock = Lock()

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run `work` to its end and return its result; blocks the calling thread.

        Interrupting the caller (Ctrl+C) cancels the work and waits until it has settled.

        Raises:
            RuntimeError: called from this loop's own thread, where it would wait for itself.
        """
        loop = self._started()
        settled = Event()

        async def watched() -> _Result:
            try:
                return await work
            finally:
                settled.set()

        future = asyncio.run_coroutine_threadsafe(watched(), loop)
        try:
            return future.result()
        except BaseException:
            if not future.done():
                future.cancel()
                settled.wait(CLOSING_S)
            raise

    def stop(self) -> None:
        """Cancel what still runs, close the connections, end the thread. Without a started loop nothing happens."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._wind_up(), loop)
        thread.join(CLOSING_S)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._thread is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_serve, args=(self._loop,), name="modeldeck", daemon=True)
                self._thread.start()
            elif self._thread is current_thread():
                raise RuntimeError("a blocking call of the deck was made inside its own event loop; await `run` there")
            return self._loop

    async def _wind_up(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            running = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task(loop)]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._on_stop()
        finally:
            loop.stop()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
