"""Blocking calls through one loop in the background."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from modeldeck.engine.background import BackgroundLoop


class Stopped:
    """Counts how often connections were closed, and in which thread."""

    def __init__(self) -> None:
        self.threads: list[str] = []

    async def __call__(self) -> None:
        self.threads.append(threading.current_thread().name)


@pytest.fixture
def stopped() -> Stopped:
    return Stopped()


@pytest.fixture
def background(stopped: Stopped) -> Iterator[BackgroundLoop]:
    loop = BackgroundLoop(stopped)
    yield loop
    loop.stop()


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


def test_work_runs_again_and_again_in_the_same_loop(background: BackgroundLoop) -> None:
    async def where() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    assert background.run(double(2)) == 4
    assert background.run(where()) is background.run(where())


def test_many_threads_may_call_at_once(background: BackgroundLoop) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: background.run(double(number)), range(100))) == list(range(0, 200, 2))


async def test_it_works_inside_a_running_loop(background: BackgroundLoop) -> None:
    assert background.run(double(3)) == 6


def test_errors_reach_the_caller(background: BackgroundLoop) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        background.run(fail())


def test_calling_from_its_own_thread_is_refused_instead_of_hanging(background: BackgroundLoop) -> None:
    async def nested() -> int:
        return background.run(double(1))

    with pytest.raises(RuntimeError, match="its own event loop"):
        background.run(nested())


def test_stopping_closes_the_connections_inside_the_loop(background: BackgroundLoop, stopped: Stopped) -> None:
    background.run(double(1))
    background.stop()
    assert stopped.threads == ["modeldeck"]
    with pytest.raises(RuntimeError, match="closed"):
        background.run(double(1))


def test_stopping_what_never_started_does_nothing(stopped: Stopped) -> None:
    BackgroundLoop(stopped).stop()
    assert stopped.threads == []


def test_stopping_cancels_what_still_runs(background: BackgroundLoop) -> None:
    started, settled = threading.Event(), threading.Event()

    async def endless() -> None:
        started.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            settled.set()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(background.run, endless())
        assert started.wait(5)
        background.stop()
        assert settled.is_set()
        assert waiting.exception(5) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="a thread cannot be signalled there")
def test_interrupting_the_caller_cancels_the_work_and_waits_until_it_has_settled(background: BackgroundLoop) -> None:
    caller = threading.get_ident()
    settled = threading.Event()

    async def endless() -> None:
        signal.pthread_kill(caller, signal.SIGINT)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            settled.set()

    with pytest.raises(KeyboardInterrupt):
        background.run(endless())
    assert settled.is_set()
    assert background.run(double(4)) == 8
