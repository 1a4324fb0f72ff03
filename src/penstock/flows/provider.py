"""Talk to one OpenAI-compatible server over a shared HTTP client."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from penstock.errors import ProviderBusy, ProviderError, ProviderRefused
from penstock.store.records import Connection

LIST_TIMEOUT = httpx.Timeout(10.0)
REFUSALS = frozenset({400, 404, 409, 413, 415, 422})
SENTENCE_LIMIT = 500
ENDING = "Most servers want an address that ends with /v1."
KEY = "An admin can check the address and the key of this connection."
REASONS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((socket.gaierror,), "the name of its host is not known", "Look for a typing error in the address."),
    (
        (ssl.SSLError,),
        "its certificate is not accepted ({})",
        "Is it http instead of https, or a certificate of its own?",
    ),
    (
        (ConnectionRefusedError,),
        "nothing listens there",
        "Is it started, and the port right? In a container, `localhost` is the container itself.",
    ),
    (
        (httpx.UnsupportedProtocol, httpx.InvalidURL),
        "the address is not complete",
        "It begins with http:// or https://.",
    ),
)


def title(connection: Connection) -> str:
    """How a connection is called in sentences."""
    return connection.name or urlsplit(connection.url).netloc or connection.url


async def list_models(client: httpx.AsyncClient, connection: Connection) -> list[dict[str, Any]]:
    """What the server lists under `/models`, as it says it."""
    try:
        response = await client.get(f"{connection.url}/models", headers=_headers(connection), timeout=LIST_TIMEOUT)
    except httpx.HTTPError as error:
        raise _unreachable(connection, error) from error
    if response.status_code >= 400:
        raise refusal(connection, response.status_code, response.content)
    if response.is_redirect:
        raise _moved(connection, response)
    answer = _json(connection, response.content)
    items = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        raise ProviderError(f"{title(connection)} answered with something that is not a list of models.", hint=ENDING)
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str) and item["id"]]


async def complete(client: httpx.AsyncClient, connection: Connection, body: Mapping[str, Any]) -> dict[str, Any]:
    """One answer as a whole."""
    try:
        response = await client.send(_request(client, connection, body))
    except httpx.HTTPError as error:
        raise _unreachable(connection, error) from error
    if response.status_code >= 400:
        raise refusal(connection, response.status_code, response.content)
    answer = _json(connection, response.content)
    if not isinstance(answer, dict):
        raise ProviderError(f"{title(connection)} answered with something that is not a completion.")
    return answer


class ProviderStream:
    """A streamed answer: blocks of whole lines, as the server sent them. `aclose` hangs up."""

    def __init__(self, connection: Connection, response: httpx.Response) -> None:
        self._connection = connection
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        rest = b""
        try:
            async for block in self._response.aiter_bytes():
                lines, newline, rest = (rest + block).rpartition(b"\n")
                if newline:
                    yield lines + newline
        except httpx.HTTPError as error:
            raise _unreachable(self._connection, error) from error
        if rest:
            yield rest + b"\n"

    async def aclose(self) -> None:
        await self._response.aclose()


async def stream(
    client: httpx.AsyncClient, connection: Connection, body: Mapping[str, Any]
) -> ProviderStream | dict[str, Any]:
    """Open a streamed answer; a server that does not stream gives its whole answer instead."""
    try:
        response = await client.send(_request(client, connection, body), stream=True)
        if response.status_code >= 400 or "json" in response.headers.get("content-type", ""):
            content = await response.aread()
            await response.aclose()
    except httpx.HTTPError as error:
        raise _unreachable(connection, error) from error
    if response.status_code >= 400:
        raise refusal(connection, response.status_code, content)
    if "json" not in response.headers.get("content-type", ""):
        return ProviderStream(connection, response)
    answer = _json(connection, content)
    if not isinstance(answer, dict):
        raise ProviderError(f"{title(connection)} answered with something that is not a completion.")
    return answer


def refusal(connection: Connection, status: int, content: bytes) -> ProviderError:
    """The error for an answer of 400 or more. A key that the server refuses is our fault, never the caller's."""
    sentence = f"{title(connection)} answered {status}: {_sentence(content)}"
    if status in REFUSALS:
        return ProviderRefused(sentence, hint=ENDING if status == 404 else "", upstream_status=status)
    if status == 429:
        return ProviderBusy(sentence, upstream_status=status)
    hint = KEY if status in (401, 403) else ""
    return ProviderError(sentence, hint=hint, upstream_status=status)


def error_sentence(error: Any) -> str:
    """The sentence in the many shapes of `{"error": ...}`."""
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        for key in ("message", "detail", "content", "error", "msg"):
            if key in error and (sentence := error_sentence(error[key])):
                return sentence
    if isinstance(error, list) and error:
        return error_sentence(error[0])
    return ""


def _sentence(content: bytes) -> str:
    text = content.decode("utf-8", "replace").strip()
    try:
        sentence = error_sentence(msgspec.json.decode(content))
    except (msgspec.DecodeError, UnicodeDecodeError):
        sentence = "" if text.startswith("<") else text
    return (sentence or "no reason given")[:SENTENCE_LIMIT]


def _headers(connection: Connection) -> dict[str, str]:
    return {"Authorization": f"Bearer {connection.key}"} if connection.key else {}


def _request(client: httpx.AsyncClient, connection: Connection, body: Mapping[str, Any]) -> httpx.Request:
    headers = {"Content-Type": "application/json", **_headers(connection)}
    content = msgspec.json.encode(body)
    return client.build_request("POST", f"{connection.url}/chat/completions", content=content, headers=headers)


def _json(connection: Connection, content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        what = "a web page" if content.lstrip()[:1] == b"<" else "something that is not JSON"
        raise ProviderError(f"{title(connection)} answered with {what}.", hint=ENDING) from error


def _moved(connection: Connection, response: httpx.Response) -> ProviderError:
    sentence = f"{title(connection)} sends elsewhere ({response.status_code})."
    return ProviderError(sentence, hint=f"Enter the address that it names: {response.headers.get('location', '')}")


def _unreachable(connection: Connection, error: httpx.HTTPError) -> ProviderError:
    name = title(connection)
    if isinstance(error, httpx.TimeoutException):
        return ProviderError(f"{name} did not answer in time.", hint="Is it overloaded, or behind a firewall?")
    causes = list(_causes(error))
    reason = str(error) or type(error).__name__
    for kinds, said, hint in REASONS:
        if found := next((cause for cause in causes if isinstance(cause, kinds)), None):
            return ProviderError(f"{name} cannot be reached: {said.format(found)}.", hint=hint)
    return ProviderError(f"{name} cannot be reached: {reason}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what brought it about."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    if (cause := error.__cause__ or error.__context__) is not None:
        yield from _causes(cause)
