import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from fake_terminal import Terminal
from fakes import World, failure, make_model, reply, thoughts
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.deck import Deck

GRATIS = "cloud/vendor/gratis:free"
HOME = "home/llama:8b"


def script(market: World, model: str, *scripts: Any) -> None:
    provider, _, native = model.partition("/")
    market.providers[provider].scripts[native] = list(scripts)


def sent(market: World, provider: str = "home") -> Any:
    return market.providers[provider].calls[-1]


def test_the_answer_goes_to_stdout_and_the_rest_to_stderr(cli: Terminal, market: World) -> None:
    script(market, HOME, reply("It works.", usage=Usage(1200, 340, reported=True)))
    result = cli("ask", "hello", "--model", HOME)
    assert (result.code, result.out) == (0, "It works. \n")
    assert HOME in result.err
    assert "1.2k in, 340 out" in result.err
    assert "$0" in result.err


def test_the_document_has_the_promised_keys(cli: Terminal, market: World) -> None:
    script(market, "cloud/vendor/mini", reply("Yes", usage=Usage(1_000_000, 500_000, reported=True)))
    result = cli("ask", "hello", "--model", "mini", "--json")
    assert result.code == 0
    row = result.json
    assert set(row) >= {
        "run", "text", "model", "attempts", "usage", "cost_usd", "cost_status", "ttft_ms", "tokens_per_second",
    }  # fmt: skip
    assert row["text"] == "Yes "
    assert (row["cost_usd"], row["cost_status"]) == ("0.75", "computed")
    assert row["usage"] == {
        "input_tokens": 1_000_000, "output_tokens": 500_000, "cached_tokens": 0, "reasoning_tokens": 0,
    }  # fmt: skip
    (attempt,) = row["attempts"]
    assert set(attempt) == {"model", "status", "error", "latency_ms", "cost_usd", "cost_status"}
    assert (attempt["status"], attempt["error"]) == ("succeeded", None)


def test_a_piped_stdin_is_appended_and_a_dash_reads_it_alone(cli: Terminal, market: World) -> None:
    cli("ask", "review this", "--model", HOME, stdin=b"diff --git\n")
    assert sent(market).messages[-1].text == "review this\n\ndiff --git"
    cli("ask", "-", "--model", HOME, stdin="\ufeffjust 漢字\n".encode())
    assert sent(market).messages[-1].text == "just 漢字"
    cli("ask", "--model", HOME, stdin=b"only piped")
    assert sent(market).messages[-1].text == "only piped"


def test_a_stdin_that_is_not_utf8_is_replaced_with_a_note(cli: Terminal, market: World) -> None:
    result = cli("ask", "-", "--model", HOME, stdin=b"caf\xe9")
    assert sent(market).messages[-1].text == "caf\N{REPLACEMENT CHARACTER}"
    assert "not UTF-8" in result.err


@pytest.mark.parametrize("prompt", ["🙂" * 250_000, "مرحبا " * 100_000, "x [red]y[/red] " * 70_000])
def test_a_prompt_of_a_megabyte_of_anything(cli: Terminal, market: World, prompt: str) -> None:
    market.providers["home"].models[0] = market.cache.listings["home"].models[0]
    result = cli("ask", "-", "--model", "cloud/unlisted-long", "--json", stdin=prompt.encode())
    assert result.code == 0
    assert sent(market, "cloud").messages[-1].text == prompt


def test_every_parameter_reaches_the_provider(cli: Terminal, market: World, tmp_path: Path) -> None:
    image, schema = tmp_path / "dot.png", tmp_path / "schema.json"
    image.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    schema.write_text(json.dumps({"type": "object"}))
    flags = ["--system", "Be brief.", "--max-tokens", "50", "--temperature", "0.5", "--reasoning", "low"]
    flags += ["--image", str(image), "--json-schema", str(schema)]
    assert cli("ask", "hi", "--model", HOME, *flags).code == 0
    call = sent(market)
    assert call.messages[0].text == "Be brief."
    assert call.messages[-1].images[0].media_type == "image/png"
    assert (call.params.max_tokens, call.params.temperature, call.params.reasoning) == (50, 0.5, "low")
    assert call.params.json_schema == {"type": "object"}


def test_a_picture_for_a_model_that_may_be_blind(cli: Terminal, tmp_path: Path) -> None:
    image = tmp_path / "dot.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    told = cli("ask", "What is it?", "--model", "mini", "--image", str(image))
    assert told.code == 0
    assert "nobody states that cloud/vendor/mini sees pictures" in told.err
    assert "sees pictures" not in cli("ask", "What is it?", "--model", "mini").err


def test_a_picture_for_a_model_whose_provider_says_that_it_sees_none(
    cli: Terminal, market: World, tmp_path: Path
) -> None:
    image = tmp_path / "dot.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    market.providers["cloud"].models[:] = [make_model("cloud/blind", inputs_stated=True)]
    cli("list", "--refresh")
    told = cli("ask", "What is it?", "--model", "blind", "--image", str(image))
    assert told.code == 1
    assert "cloud/blind cannot be used: no vision." in told.err
    assert "list --capability" in told.err
    assert "nobody states" not in told.err
    assert market.providers["cloud"].calls == []


@pytest.mark.parametrize("name", ["--image", "--json-schema"])
def test_files_that_are_not_what_they_should_be(cli: Terminal, tmp_path: Path, name: str) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"\xff\x00 no")
    assert cli("ask", "hi", name, str(wrong)).code == 2
    assert cli("ask", "hi", name, str(tmp_path / "absent")).code == 2
    assert cli("ask", "hi", name, str(tmp_path)).code == 2


def test_a_schema_must_be_an_object(cli: Terminal, tmp_path: Path) -> None:
    listed = tmp_path / "list.json"
    listed.write_text("[]")
    result = cli("ask", "hi", "--json-schema", str(listed))
    assert result.code == 2
    assert "object" in result.err


@pytest.mark.parametrize("flags", [[], ["--no-stream"]])
def test_text_from_outside_cannot_control_the_terminal(cli: Terminal, market: World, flags: list[str]) -> None:
    pieces = ["a\x1b[", "31mred\x1b]0;ti", "tle\x07 \u202eevil", "\x00\r\n[b]漢\tend\x1b"]
    script(market, HOME, [TextChunk(piece) for piece in pieces])
    result = cli("ask", "hi", "--model", HOME, *flags)
    assert result.out == "ared evil\n[b]漢\tend\n"


def test_thinking_is_shown_on_stderr_at_a_terminal_or_with_v(cli: Terminal, market: World) -> None:
    script(market, HOME, [*thoughts("let me \x1b[2Jsee"), *reply("Done.")])
    quiet = cli("ask", "hi", "--model", HOME)
    assert "let me" not in quiet.out + quiet.err
    assert "let me see" in cli("ask", "hi", "--model", HOME, "-v").err
    at_terminal = cli("ask", "hi", "--model", HOME, terminal=True)
    assert "let me see" in at_terminal.err
    assert "let me" not in at_terminal.out


def test_fallbacks_are_said_as_they_happen(cli: Terminal, market: World) -> None:
    script(market, GRATIS, [failure(ErrorKind.OVERLOADED, "busy\x1b[2J")])
    result = cli("ask", "hello", "--prefer", GRATIS, "--json")
    assert result.code == 0
    row = result.json
    assert [attempt["status"] for attempt in row["attempts"]] == ["failed", "succeeded"]
    assert row["attempts"][0]["error"]["code"] == "overloaded"
    assert f"{GRATIS} failed: busy; trying {row['model']}" in result.err


def test_when_everything_fails_it_is_exit_1_with_every_attempt(cli: Terminal, market: World) -> None:
    for model in ("big", "mini", "gratis:free", "secret"):
        script(market, f"cloud/vendor/{model}", [failure(ErrorKind.OVERLOADED)])
    script(market, HOME, [failure(ErrorKind.UNREACHABLE)])
    result = cli("ask", "hello", "--json")
    assert result.code == 1
    error = result.json["error"]
    assert error["code"] == "run_failed"
    assert len(error["attempts"]) == len(market.ledger.rows) > 1
    assert error["message"] in result.err
    assert error["hint"]


def test_a_broken_answer_keeps_its_partial_text(cli: Terminal, market: World) -> None:
    script(market, HOME, [TextChunk("half an "), failure(ErrorKind.BROKEN_STREAM)])
    result = cli("ask", "hello", "--model", HOME)
    assert (result.code, result.out) == (1, "half an \n")
    assert "broke off" in result.err
    assert cli("ask", "hello", "--model", HOME, "--json").json["error"]["text"] == "half an "


class InterruptedDeck(Deck):
    """A deck whose user presses Ctrl+C after the first text: the running task is cancelled, as asyncio does it."""

    def run(self, prompt: Any, **fields: Any) -> Any:
        events = super().run(prompt, **fields)

        async def watched() -> Any:
            try:
                async for event in events:
                    yield event
                    if type(event).__name__ == "TextDelta":
                        raise KeyboardInterrupt
            finally:
                await events.aclose()

        return watched()


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_ctrl_c_keeps_the_text_and_settles_the_ledger(cli: Terminal, market: World, flags: list[str]) -> None:
    script(market, HOME, reply("first second third"))
    cli.deck_type = InterruptedDeck
    result = cli("ask", "hello", "--model", HOME, *flags)
    assert result.code == 130
    if flags:
        assert result.json["error"]["code"] == "interrupted"
        assert result.json["error"]["text"] == "first "
    else:
        assert result.out == "first \n"
    (row,) = market.ledger.rows
    assert row.settled is not None
    assert row.settled.status is AttemptStatus.CANCELLED
    assert market.closed == 1


def test_a_reader_that_left_stops_the_run(cli: Terminal, market: World) -> None:
    script(market, HOME, reply("word " * 50))
    result = cli("ask", "hello", "--model", HOME, reader_gone=True)
    assert result.code == 0
    (row,) = market.ledger.rows
    assert row.settled is not None
    assert row.settled.status is AttemptStatus.CANCELLED


def test_connections_of_the_loop_are_closed(cli: Terminal, market: World) -> None:
    cli("ask", "hello", "--model", HOME)
    assert market.providers["home"].closed_loops == 1
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_without_a_key_it_is_exit_1_and_names_the_next_step(cli: Terminal, market: World) -> None:
    result = cli("ask", "hello", "--model", "locked/one", "--json")
    assert result.code == 1
    assert "key" in result.json["error"]["message"].lower()
    assert market.ledger.rows == []


class TestGoingOn:
    def test_the_last_conversation_goes_along(self, cli: Terminal, market: World) -> None:
        cli("ask", "What is the capital of France?", "--model", "mini", "--system", "Be brief.")
        cli("ask", "-c", "And of Spain?", "--model", "mini")
        told = [(message.role, message.text) for message in market.providers["cloud"].calls[-1].messages]
        assert [role for role, _ in told] == ["system", "user", "assistant", "user"]
        assert (told[1][1], told[3][1]) == ("What is the capital of France?", "And of Spain?")

    def test_without_it_a_conversation_begins_anew(self, cli: Terminal, market: World) -> None:
        cli("ask", "one", "--model", "mini")
        cli("ask", "two", "--model", "mini")
        cli("ask", "--continue", "three", "--model", "mini")
        texts = [message.text for message in market.providers["cloud"].calls[-1].messages if message.role == "user"]
        assert texts == ["two", "three"]

    def test_nothing_to_go_on_with_is_wrong_usage(self, cli: Terminal) -> None:
        result = cli("ask", "-c", "again", "--json")
        assert (result.code, result.json["error"]["code"]) == (2, "no_conversation")
