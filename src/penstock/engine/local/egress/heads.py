"""Heads of HTTP messages: read strictly, passed on without what is meant for the next hop alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from penstock.functions.hosts import Host, shown, split_authority

HEAD_LIMIT = 64 * 1024
_REQUEST = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}) ([\x21-\x7e]+) HTTP/1\.([01])")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?")
_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(rb"[^\x00\r\n]*")
_ABSOLUTE = re.compile(r"http://([^/?#\\]*)((?:[/?].*)?)", re.IGNORECASE)
HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"proxy-connection",
        b"keep-alive",
        b"proxy-authorization",
        b"proxy-authenticate",
        b"te",
        b"upgrade",
    )
)
Body = int | Literal["chunked"] | None
"""Its length, or that it says itself where it ends, or (in answers) that it goes on to the end of the connection."""

Fields = list[tuple[bytes, bytes]]


class BadHead(Exception):
    """Raised when a head is not what HTTP/1.1 allows; the message is a sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Request:
    """`target` is as it stands in the request line."""

    method: str
    target: str
    minor: int
    fields: Fields

    @property
    def upgrade(self) -> bytes:
        """What it wants the connection to become (`websocket`), or nothing."""
        return _first(self.fields, b"upgrade") if b"upgrade" in _connection_options(self.fields) else b""

    @property
    def body(self) -> Body:
        return body_of(self.fields) or 0

    def absolute(self) -> tuple[Host, int, str]:
        """Host, port and path of a request to a proxy. Raises `BadHead`, `BadHost`."""
        match = _ABSOLUTE.fullmatch(self.target.partition("#")[0])
        if match is None:
            raise BadHead("This is a proxy: it takes `CONNECT host:port` and addresses that begin with `http://`.")
        authority, path = match.groups()
        host, port = split_authority(authority.rpartition("@")[2], 80)
        if not path.startswith("/"):
            path = "/" + path if path or self.method != "OPTIONS" else "*"
        return host, port, path

    def passed_on(self, host: Host, port: int, path: str) -> bytes:
        """The head as the server gets it."""
        fields = [(b"Host", shown(host, port if port != 80 else 0).encode()), *_for_next_hop(self.fields, (b"host",))]
        if self.upgrade:
            fields += [(b"Connection", b"Upgrade"), (b"Upgrade", self.upgrade)]
        else:
            fields.append((b"Connection", b"close"))
        return _head(f"{self.method} {path} HTTP/1.{self.minor}".encode(), fields)


@dataclass(frozen=True, slots=True)
class Answer:
    line: bytes
    status: int
    fields: Fields

    @property
    def interim(self) -> bool:
        return 100 <= self.status < 200 and self.status != 101

    def body(self, method: str) -> Body:
        if method == "HEAD" or self.status in (204, 304):
            return 0
        return body_of(self.fields)

    def passed_on(self) -> bytes:
        """The head as the client gets it: one request for each connection."""
        fields = _for_next_hop(self.fields)
        if self.status == 101:
            fields += [(b"Connection", b"Upgrade"), (b"Upgrade", _first(self.fields, b"upgrade"))]
        elif not self.interim:
            fields.append((b"Connection", b"close"))
        return _head(self.line, fields)


def read_request(head: bytes) -> Request:
    """Raises `BadHead`."""
    line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    match = _REQUEST.fullmatch(line)
    if match is None:
        raise BadHead("This is no request of HTTP/1.1.")
    method, target, minor = match.groups()
    return Request(method.decode(), target.decode(), int(minor), _fields(lines))


def read_answer(head: bytes) -> Answer:
    """Raises `BadHead`."""
    line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    match = _STATUS.fullmatch(line)
    if match is None:
        raise BadHead("The server's answer is not HTTP/1.1.")
    return Answer(line, int(match[1]), _fields(lines))


def body_of(fields: Fields) -> Body:
    """How long a body is. Raises `BadHead` where two fields contradict each other."""
    lengths = {value for name, value in fields if name.lower() == b"content-length"}
    codings = [value.strip().lower() for name, value in fields if name.lower() == b"transfer-encoding"]
    if codings:
        if lengths or codings[-1].rpartition(b",")[2].strip() != b"chunked":
            raise BadHead("Nobody can tell how long the body is.")
        return "chunked"
    if not lengths:
        return None
    length = lengths.pop()
    if lengths or not length.isdigit() or len(length) > 18:
        raise BadHead("The length of the body is no number.")
    return int(length)


def _fields(lines: list[bytes]) -> Fields:
    found = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise BadHead("One of the header fields cannot be read.")
        found.append((name, value.strip(b" \t")))
    return found


def _first(fields: Fields, wanted: bytes) -> bytes:
    return next((value for name, value in fields if name.lower() == wanted), b"")


def _connection_options(fields: Fields) -> set[bytes]:
    named = (value for name, value in fields if name.lower() == b"connection")
    return {option.strip().lower() for value in named for option in value.split(b",")}


def _for_next_hop(fields: Fields, without: tuple[bytes, ...] = ()) -> Fields:
    dropped = HOP_BY_HOP | _connection_options(fields) | frozenset(without)
    kept = {b"content-length", b"transfer-encoding"}  # they say where the body ends
    return [each for each in fields if each[0].lower() in kept or each[0].lower() not in dropped]


def _head(line: bytes, fields: Fields) -> bytes:
    return b"\r\n".join((line, *(name + b": " + value for name, value in fields), b"\r\n"))
