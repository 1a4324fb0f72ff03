"""Servers from the settings: what is read, and what is refused at start."""

from __future__ import annotations

import httpx
import pytest

from penstock.errors import BadSetting, ProviderBusy, ProviderError, ProviderRefused
from penstock.flows.connections import parse_connections
from penstock.flows.provider import list_models, refusal
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


async def failure(url: str) -> ProviderError:
    async with httpx.AsyncClient() as client:
        with pytest.raises(ProviderError) as caught:
            await list_models(client, Connection(id="c", url=url, name="Mine"))
    return caught.value


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("url", "sentence", "hint"),
    [
        ("http://127.0.0.1:9/v1", "nothing listens there", "Is it started"),
        ("http://nowhere.invalid/v1", "the name of its host is not known", "typing error"),
        ("api.example.com/v1", "the address is not complete", "It begins with http"),
    ],
)
async def test_a_server_that_cannot_be_reached_says_why(url: str, sentence: str, hint: str) -> None:
    error = await failure(url)
    assert error.message == f"Mine cannot be reached: {sentence}."
    assert hint in error.hint


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("reply", "sentence", "hint"),
    [
        (httpx.Response(200, html="<html>A page</html>"), "Mine answered with a web page.", "/v1"),
        (httpx.Response(200, text="pong"), "Mine answered with something that is not JSON.", "/v1"),
        (httpx.Response(404, text="no"), "Mine answered 404: no", "/v1"),
        (httpx.Response(401, text="bad key"), "Mine answered 401: bad key", "the key of this connection"),
        (httpx.Response(308, headers={"location": "https://b/v1"}), "Mine sends elsewhere (308).", "https://b/v1"),
    ],
)
async def test_an_answer_that_lists_no_models_says_what_helps(reply: httpx.Response, sentence: str, hint: str) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: reply)) as client:
        with pytest.raises(ProviderError) as caught:
            await list_models(client, Connection(id="c", url="https://a.example/v1", name="Mine"))
    assert caught.value.message == sentence
    assert hint in caught.value.hint
