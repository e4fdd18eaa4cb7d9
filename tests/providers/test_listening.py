import socket
from collections.abc import Iterator

import pytest

from modeldeck.providers.listening import is_listening


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def test_a_server_that_runs_is_seen(server: socket.socket) -> None:
    assert is_listening(f"http://127.0.0.1:{server.getsockname()[1]}/v1")


def test_a_closed_port_is_not_a_server(server: socket.socket) -> None:
    port = server.getsockname()[1]
    server.close()
    assert not is_listening(f"http://127.0.0.1:{port}/v1")


def test_a_name_that_resolves_to_nothing_is_not_a_server() -> None:
    assert not is_listening("http://nowhere.invalid:1/")
