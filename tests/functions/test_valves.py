"""Secret fields of valves, dynamic choices, values that are missing."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.functions import valves
from penstock.functions.valves import MASK

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "url": {"type": "string"},
        "code": {"type": "string", "input": {"type": "password"}},
        "api_key": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "login": {"$ref": "#/$defs/Login"},
        "servers": {"type": "array", "items": {"$ref": "#/$defs/Login"}},
        "colour": {"type": "string", "input": {"type": "select", "options": "colours"}},
        "size": {"type": "string", "input": {"type": "select", "options": ["s", "m"]}},
    },
    "$defs": {
        "Login": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "word": {"type": "string", "format": "password"}},
        }
    },
}
SET: dict[str, Any] = {
    "url": "u",
    "code": "c",
    "api_key": "k",
    "login": {"name": "n", "word": "w"},
    "servers": [{"name": "a", "word": "1"}, {"name": "b", "word": "2"}],
}


@pytest.mark.spec("V5")
@pytest.mark.parametrize(
    ("name", "field", "secret"),
    [
        ("code", {"type": "string", "input": {"type": "password"}}, True),
        ("code", {"type": "string", "format": "password", "writeOnly": True}, True),
        ("API_KEY", {"type": "string"}, True),
        ("openai_api_key", {"type": "string"}, True),
        ("token", {"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
        ("db_password", {}, True),
        ("max_tokens", {"type": "integer"}, False),
        ("token", {"type": "integer"}, False),
        ("tokens", {"type": "string"}, False),
        ("use_api_key", {"type": "boolean"}, False),
        ("api_key_header", {"type": "string"}, False),
        ("sort_key", {"type": "string"}, False),
        ("key", {"type": "string", "enum": ["a"]}, False),
        ("monkey", {"type": "string"}, False),
    ],
)
def test_secret_fields_are_marked_or_named(name: str, field: dict[str, Any], secret: bool) -> None:
    assert valves.is_secret(name, field) is secret


@pytest.mark.spec("V5")
def test_secrets_are_masked_wherever_they_stand() -> None:
    assert valves.masked(SCHEMA, SET) == {
        "url": "u",
        "code": MASK,
        "api_key": MASK,
        "login": {"name": "n", "word": MASK},
        "servers": [{"name": "a", "word": MASK}, {"name": "b", "word": MASK}],
    }
    assert valves.masked(SCHEMA, {"code": "", "api_key": None}) == {"code": "", "api_key": None}
    assert valves.masked(None, {"a": 1}) == {"a": 1}
    assert valves.secret_fields(SCHEMA) == ["code", "api_key"]


@pytest.mark.spec("V5")
def test_a_mask_that_comes_back_leaves_the_secret_as_it_is() -> None:
    sent = valves.masked(SCHEMA, SET) | {"url": "v"}
    assert valves.unmasked(SCHEMA, sent, SET) == SET | {"url": "v"}
    assert valves.unmasked(SCHEMA, {"code": "new", "api_key": None}, SET) == {"code": "new", "api_key": None}
    assert valves.unmasked(SCHEMA, {"code": MASK, "url": MASK}, {}) == {"url": MASK}


@pytest.mark.spec("V2")
def test_fields_whose_choices_a_method_gives_are_listed() -> None:
    nested = {"properties": {}, "$defs": {"Login": {"properties": {"site": {"input": {"options": "sites"}}}}}}
    assert valves.dynamic_hints(SCHEMA) == [{"type": "select", "options": "colours"}]
    assert valves.dynamic_hints(nested) == [{"options": "sites"}]
    assert valves.dynamic_hints(None) == []


@pytest.mark.spec("L7")
def test_required_fields_without_a_value_are_missing() -> None:
    assert valves.missing(["a", "b", "c"], {"a": 0, "b": None}) == ["b", "c"]
    assert valves.missing(["a"], None) == ["a"]
