"""Servers from the settings: what is read, and what is refused at start."""

from __future__ import annotations

import pytest

from penstock.errors import BadSetting, ProviderBusy, ProviderError, ProviderRefused
from penstock.flows.connections import parse_connections
from penstock.flows.provider import refusal
from penstock.store.records import Connection


def test_addresses_with_keys_and_prefixes() -> None:
    found = parse_connections(" https://a.example/v1/|k1|one ; http://b.example:1234/v1;;")
    assert [(each.url, each.key, each.prefix) for each in found] == [
        ("https://a.example/v1", "k1", "one"),
        ("http://b.example:1234/v1", "", ""),
    ]
    assert all(each.source == "settings" for each in found)
    assert len({each.id for each in found}) == 2


def test_a_json_list() -> None:
    text = '[{"url": "https://a.example", "key": "k", "prefix": "p", "model_ids": ["m"]}, "https://b.example|k2"]'
    first, second = parse_connections(text)
    assert (first.key, first.prefix, first.model_ids) == ("k", "p", ["m"])
    assert (second.url, second.key) == ("https://b.example", "k2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("api.example.com/v1|k", "entry 1: 'api.example.com/v1' is not an address"),
        ("https://a|b|c|d", "more than three fields"),
        ('[{"url": "https://a", "token": "k"}]', "unknown fields: token"),
        ('[{"url": "https://a", "model_ids": 3}]', "entry 1"),
        ("[{", "not valid JSON"),
        ("https://a;ftp://b", "entry 2: 'ftp://b'"),
        ("http://[::1", "is not an address"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(BadSetting) as caught:
        parse_connections(text)
    assert said in caught.value.message
    assert "PENSTOCK_CONNECTIONS" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("status", "content", "kind", "answered", "sentence"),
    [
        (401, b'{"error": {"message": "bad key"}}', ProviderError, 502, "bad key"),
        (403, b'{"detail": "not you"}', ProviderError, 502, "not you"),
        (400, b'{"error": "too long"}', ProviderRefused, 400, "too long"),
        (429, b'[{"error": {"message": "slow down"}}]', ProviderBusy, 429, "slow down"),
        (500, b"<html>oh</html>", ProviderError, 502, "no reason given"),
        (503, b"plain words", ProviderError, 502, "plain words"),
        (500, b"\xff\xfe", ProviderError, 502, "answered 500"),
    ],
)
def test_errors_of_a_server(status: int, content: bytes, kind: type, answered: int, sentence: str) -> None:
    error = refusal(Connection(id="c", url="https://a.example/v1"), status, content)
    assert type(error) is kind
    assert error.status == answered
    assert error.message.startswith("a.example answered")
    assert sentence in error.message
