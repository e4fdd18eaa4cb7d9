import errno
import socket

import pytest

from fake_wire import VENDORS
from modeldeck.providers.network import connection_cause, host_of, is_loopback, normalise_base_url, root_of

CUSTOM = VENDORS["vllm"]._replace(name="mine", default_port=None, exact_path=True)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "a.localhost", "localhost."]
)
def test_loopback_hosts(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "127.evil.com", "localhost.evil.com", "10.0.0.1", "0.0.0.0", "openrouter.ai", "128.0.0.1"]
)
def test_hosts_of_the_world(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:5000", "http://127.0.0.1:5000"),
        (":5000", "http://127.0.0.1:5000"),
        ("gpu-box", "http://gpu-box:11434"),
        ("gpu-box:80/", "http://gpu-box:80"),
        ("http://gpu-box:1234/ollama/", "http://gpu-box:1234/ollama"),
        ("https://ollama.example.com", "https://ollama.example.com"),
        ("[::1]:7000", "http://[::1]:7000"),
        ("http://[::]:7000", "http://127.0.0.1:7000"),
        (" http://localhost:11434/v1 ", "http://localhost:11434"),
    ],
)
def test_the_forms_of_ollama_host(text: str, url: str) -> None:
    assert normalise_base_url(text, VENDORS["ollama"]) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1"),
        ("https://openrouter.ai/api", "https://openrouter.ai/api/v1"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/v1"),
    ],
)
def test_the_version_path_may_be_left_out(text: str, url: str) -> None:
    assert normalise_base_url(text, VENDORS["openrouter"]) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://localhost:4040", "http://localhost:4040/v1"),
        ("http://localhost:4040/", "http://localhost:4040"),
        ("https://host/inference", "https://host/inference"),
        ("https://host/v1beta/openai/", "https://host/v1beta/openai"),
    ],
)
def test_a_path_of_ones_own_is_complete(text: str, url: str) -> None:
    assert normalise_base_url(text, CUSTOM) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ftp://host", "ftp"),
        ("http://", "no host"),
        ("http://host:99999", "port"),
        ("http://host:port", "port"),
        ("https://me:geheim@host/v1", "user name or password"),
    ],
)
def test_what_is_no_base_url(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        normalise_base_url(text, CUSTOM)
    assert "geheim" not in str(caught.value)


def test_root_and_host() -> None:
    assert root_of("http://127.0.0.1:1234/v1") == "http://127.0.0.1:1234"
    assert root_of("https://host/v1beta/openai") == "https://host/v1beta/openai"
    assert host_of("http://[::1]:80/x") == "::1"
    assert host_of("nonsense") == ""


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be looked up: is there a network?"),
        (ConnectionRefusedError(), "it refuses connections"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no network leads there"),
        (ExceptionGroup("both", [ConnectionRefusedError(), OSError()]), "it refuses connections"),
        (OSError("something else"), None),
    ],
    ids=["no name", "refused", "no route", "several attempts", "unknown"],
)
def test_a_cause_is_found_below_the_errors_around_it(cause: Exception, words: str | None) -> None:
    around = RuntimeError("All connection attempts failed")
    around.__context__ = cause
    assert connection_cause(around) == words
