from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from modeldeck.providers.wire.sse import LineDecoder, SseComment, SseDecoder, SseEvent, SseItem

STREAM = (
    "\ufeff: keep-alive\r\n\r\n"
    'data: {"text":"a\u2028b\u0085c"}\n\n'
    "event: error\rdata:no space\rdata:  two spaces\r\r"
    "id: 7\nretry: 10\nnothing\ndata\ndata: Grüße 👋\r\n\r\n"
    ":\n"
    "data: last\n\n"
).encode()

EVENTS: list[SseItem] = [
    SseComment("keep-alive"),
    SseEvent("message", '{"text":"a\u2028b\u0085c"}'),
    SseEvent("error", "no space\n two spaces"),
    SseEvent("message", "\nGrüße 👋"),
    SseComment(""),
    SseEvent("message", "last"),
]


def decode(pieces: list[bytes]) -> list[SseItem]:
    decoder = SseDecoder()
    items = [item for piece in pieces for item in decoder.feed(piece)]
    return items + decoder.close()


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(place % (len(data) + 1) for place in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


def test_line_ends_marks_comments_names_and_several_data_lines() -> None:
    assert decode([STREAM]) == EVENTS


def test_every_byte_alone_gives_the_same_events() -> None:
    assert decode([bytes([byte]) for byte in STREAM]) == EVENTS


@given(st.lists(st.integers(min_value=0)))
def test_any_byte_split_gives_the_same_events(cuts: list[int]) -> None:
    assert decode(cut(STREAM, cuts)) == EVENTS


@given(st.text(alphabet=st.sampled_from("a:\r\n \u2028dat é\ufeff"), max_size=40), st.lists(st.integers(min_value=0)))
def test_any_byte_split_of_any_text_gives_the_same_events(text: str, cuts: list[int]) -> None:
    data = text.encode()
    assert decode(cut(data, cuts)) == decode([data])


@given(st.binary(max_size=60), st.lists(st.integers(min_value=0)))
def test_garbage_never_raises_and_is_cut_alike(data: bytes, cuts: list[int]) -> None:
    assert decode(cut(data, cuts)) == decode([data])


def test_an_event_comes_out_as_soon_as_its_blank_line_does() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: one\r\n\r") == [SseEvent("message", "one")]
    assert decoder.feed(b"\ndata: two\n\n") == [SseEvent("message", "two")]


def test_the_end_of_the_stream_ends_the_last_event() -> None:
    assert decode([b"data: [DONE]"]) == [SseEvent("message", "[DONE]")]
    assert decode([b"data: [DONE]\n"]) == [SseEvent("message", "[DONE]")]
    assert decode([b""]) == []


def test_a_long_line_in_many_pieces() -> None:
    decoder = SseDecoder()
    decoder.feed(b"data: ")
    for _ in range(20_000):
        decoder.feed(b"x" * 50)
    (event,) = decoder.feed(b"\n\n")
    assert isinstance(event, SseEvent)
    assert len(event.data) == 1_000_000


LINES = '{"a":"\u2028"}\r\n\n{"b":"é👋"}\n{"c":1}'.encode()


@given(st.lists(st.integers(min_value=0)))
def test_any_byte_split_gives_the_same_lines(cuts: list[int]) -> None:
    decoder = LineDecoder()
    lines = [line for piece in cut(LINES, cuts) for line in decoder.feed(piece)]
    assert lines + decoder.close() == ['{"a":"\u2028"}', '{"b":"é👋"}', '{"c":1}']
    assert decoder.close() == []
