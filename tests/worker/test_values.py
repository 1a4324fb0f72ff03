"""Making values plain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.worker.values import Circular, NotPlain, plain

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.uuids(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.booleans() | st.none(), inner, max_size=4)
        | st.frozensets(st.integers(), max_size=3)
    ),
    max_leaves=20,
)


@given(anything)
def test_whatever_comes_in_json_knows_what_comes_out(value: Any) -> None:
    made = plain(value)
    assert json.loads(json.dumps(made, allow_nan=False)) == made


@given(anything)
def test_what_is_plain_already_stays_the_same(value: Any) -> None:
    made = plain(value)
    notes: dict[str, None] = {}
    assert plain(made, notes) == made
    assert notes == {}


def test_a_copy_shares_nothing_mutable() -> None:
    value: dict[str, Any] = {"a": [{"b": [1]}]}
    made = plain(value)
    value["a"][0]["b"].append(2)
    assert made == {"a": [{"b": [1]}]}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (object(), "the value"),
        ({"a": [1, {"b": print}]}, "a[1].b"),
        ([[object()]], "[0][0]"),
        ({1: {2}, "x": (object(),)}, "x[0]"),
    ],
)
def test_what_json_does_not_know_is_named_by_its_place(value: Any, path: str) -> None:
    with pytest.raises(NotPlain) as raised:
        plain(value)
    assert str(raised.value).startswith(f"{path} is a")


def test_a_value_inside_itself_is_named_too() -> None:
    value: list[Any] = []
    value.append({"again": value})
    with pytest.raises(Circular, match=r"\[0\]\.again is a list that contains itself"):
        plain(value)


def test_the_same_value_twice_is_no_circle() -> None:
    part = {"a": 1}
    assert plain([part, part]) == [part, part]


def test_very_deep_values_are_refused_and_not_followed() -> None:
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(NotPlain):
        plain(value)
