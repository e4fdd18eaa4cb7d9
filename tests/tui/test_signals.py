import asyncio
import os
import signal

import pytest

from modeldeck.tui.signals import leave_on_signals


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this platform has no such signals")
@pytest.mark.parametrize("number", [pytest.param(15, id="TERM"), pytest.param(1, id="HUP")])
async def test_a_signal_asks_to_leave_with_its_exit_code(number: int) -> None:
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    leave_on_signals(asked.set_result)
    os.kill(os.getpid(), number)
    assert await asked == 128 + number
