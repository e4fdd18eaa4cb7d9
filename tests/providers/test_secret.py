import copy
import pickle

import pytest

from modeldeck.providers.secret import Secret

KEY = "sk-or-v1-0123456789abcdef"


def test_a_key_does_not_print_itself() -> None:
    secret = Secret(f"  {KEY}\n")
    assert secret.reveal() == KEY
    for text in (repr(secret), str(secret), f"{secret}", repr([secret]), repr({"k": secret})):
        assert KEY not in text
    assert bool(secret)


def test_no_key_is_false_and_masks_only_shapes() -> None:
    secret = Secret(None)
    assert not secret
    assert secret.mask("Your api key is invalid") == "Your api key is invalid"


def test_a_key_cannot_be_serialised() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(KEY))


@pytest.mark.parametrize(
    "text",
    [
        "key my-own-key-77 is wrong",
        "Incorrect API key provided: sk-proj-abcdefghijkl.",
        "Bearer abcd1234",
        "key AIzaSyA1234567890abcdef",
        "gsk_abcdefgh1234 hf_abcdefgh1234 xai-abcdefgh1234",
    ],
)
def test_keys_in_messages_are_masked(text: str) -> None:
    masked = Secret("my-own-key-77").mask(text)
    assert "***" in masked
    for leak in ("my-own", "abcd", "AIza", "1234"):
        assert leak not in masked


def test_a_word_that_is_too_short_for_a_key_is_left_alone() -> None:
    assert Secret("key").mask("Your api key is invalid") == "Your api key is invalid"
