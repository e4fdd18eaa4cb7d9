"""One event loop in a thread of its own, so that blocking calls work from any thread, also inside a running loop."""

from collections.abc import Awaitable, Callable, Coroutine
from threading import Event, Lock, Thread, current_thread
from typing import TYPE_CHECKING, Any, TypeVar

# asyncio takes 36 ms to import, as long as a whole `modeldeck list`; the loop starts with its first work.
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task

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
        self._loop: AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._stopped = False
        self._lock = Lock()

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run `work` to its end and return its result; blocks the calling thread.

        Interrupting the caller (Ctrl+C) cancels the work and waits until it has settled.

        Raises:
            RuntimeError: the loop was stopped, or the call comes from its own thread, where it would wait for itself.
        """
        try:
            loop = self._started()
        except RuntimeError:
            work.close()
            raise
        settled = Event()
        begun: list[Task[_Result]] = []

        def begin() -> None:
            begun.append(loop.create_task(work))
            begun[0].add_done_callback(lambda _: settled.set())

        def cancel() -> None:
            for task in begun:
                task.cancel()

        try:
            loop.call_soon_threadsafe(begin)
            settled.wait()
            return begun[0].result()
        except BaseException:
            # An interruption may come at any moment; the loop takes calls in order, so this one finds what was begun.
            if not settled.is_set():
                loop.call_soon_threadsafe(cancel)
                settled.wait(CLOSING_S)
            raise

    def stop(self) -> None:
        """Cancel what still runs, close the connections, end the thread; no work is taken afterwards."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
            self._stopped = True
        if loop is None or thread is None:
            return
        import asyncio

        asyncio.run_coroutine_threadsafe(self._wind_up(), loop)
        thread.join(CLOSING_S)

    def _started(self) -> "AbstractEventLoop":
        import asyncio

        with self._lock:
            if self._stopped:
                raise RuntimeError("the deck is closed")
            if self._thread is current_thread():
                raise RuntimeError("a blocking call of the deck was made inside its own event loop; await `run` there")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_serve, args=(self._loop,), name="modeldeck", daemon=True)
                self._thread.start()
            return self._loop

    async def _wind_up(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        try:
            running = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task(loop)]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._on_stop()
        finally:
            loop.stop()


def _serve(loop: "AbstractEventLoop") -> None:
    try:
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
