import re

from hypothesis import given
from hypothesis import strategies as st

from modeldeck.cli.stream_filter import StreamFilter
from modeldeck.cli.text import block

NASTY = st.text(
    st.sampled_from("\x1b\x9b\x9d\x07\x00\r\n\t[]?;0m1Hab\\P^_\x85\u2028\u202e\u2066\u200f\ud800é漢\N{PILE OF POO}"),
    max_size=60,
)
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")


@given(NASTY, st.integers(1, 7))
def test_a_stream_in_pieces_shows_what_the_whole_text_shows(text: str, step: int) -> None:
    stream = StreamFilter()
    shown = "".join(stream.feed(text[start : start + step]) for start in range(0, len(text), step)) + stream.close()
    assert not FORBIDDEN.search(shown)
    assert shown == block(text)


def test_a_sequence_that_never_ends_does_not_swallow_the_answer() -> None:
    stream = StreamFilter()
    shown = "".join(stream.feed(piece) for piece in ["\x1b]0;", *["word " * 100] * 20, "the end"])
    assert shown.endswith("the end")
