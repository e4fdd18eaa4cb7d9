"""JSON as nobody should send it: values of every type in every place."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st


def any_json(keys: Sequence[str] = ()) -> st.SearchStrategy[Any]:
    """Values of any type, nested; objects have some of `keys`, or keys of any text without them."""
    names = st.sampled_from(keys) if keys else st.text(max_size=8)
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=10,
    )
