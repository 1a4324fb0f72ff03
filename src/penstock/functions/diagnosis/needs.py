"""What a function needs from whoever installs it: packages, hosts, names of `open_webui`, rights."""

from __future__ import annotations

import ast
import ipaddress
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from msgspec import Struct

from penstock.errors import BadHost
from penstock.functions.diagnosis.code import Code, dotted
from penstock.functions.hosts import Host, normal_host, shown

_URL = re.compile(r"\b(?:https?|wss?)://[^\s\"'<>{}\\^`|)\]]+")
_NOT_REACHED = frozenset({"example.com", "example.org", "www.w3.org", "schemas.openxmlformats.org", "json-schema.org"})
_PRIVATE_NAMES = ("localhost", ".local", ".internal", ".lan", ".localhost", ".home.arpa")
_PAGES = re.compile(r"\b(?:document|window|localStorage|sessionStorage|parent|top)\s*\.|\bfetch\s*\(")
_EVERYBODY = frozenset(
    {"Users.get_users", "Users.get_super_admin_user", "Users.get_num_users", "Chats.get_chats", "Files.get_files"}
    | {"Users.get_user_by_email", "Users.get_users_by_user_ids", "Memories.get_memories"}
)
_NETWORK = ("requests", "httpx", "aiohttp", "urllib", "openai", "anthropic", "websockets", "socket", "boto3", "ollama")


class HostNeeded(Struct, frozen=True):
    """A host that stands in the source. `private` ones have to be granted."""

    host: str
    line: int
    private: bool = False


class Right(Struct, frozen=True):
    """A right beyond the defaults, and why it may be needed."""

    right: str
    why: str
    line: int | None = None


class Needs(Struct, frozen=True):
    """All of it. `implied` packages are imported, not named, and shipped with Open WebUI: Penstock installs them."""

    requirements: list[str] = []
    implied: list[str] = []
    hosts: list[HostNeeded] = []
    open_webui: list[str] = []
    rights: list[Right] = []
    environment: list[str] = []  # variables of the server's environment


def hosts(code: Code) -> list[HostNeeded]:
    """Hosts of addresses that are written in the source, by their first line. Titles and links may be among them."""
    found: dict[str, HostNeeded] = {}
    for text in code.texts:
        for url in _URL.findall(text.value):
            if (host := _host_of(url)) is not None and host.host not in found:
                found[host.host] = HostNeeded(host.host, text.lineno, host.private)
    return list(found.values())


def rights(code: Code, reached: Iterable[HostNeeded]) -> list[Right]:
    """What an admin may have to grant, each with the first place that says so."""
    found: dict[str, Right] = {}
    for right in _rights(code, reached):
        found.setdefault(right.right, right)
    return list(found.values())


def _rights(code: Code, reached: Iterable[HostNeeded]) -> Iterator[Right]:
    if any(name.partition(".")[0] in _NETWORK for name in code.aliases.values()):
        yield Right("network", "It talks to other machines; the default profile lets it reach public hosts.")
    for host in reached:
        if host.private:
            yield Right(f"hosts: {host.host}", "Private addresses have to be granted.", host.line)
    for node in code.nodes:
        if isinstance(node, ast.Call) and dotted(node.func) in _EVERYBODY:
            yield Right("data: all", f"`{dotted(node.func)}` is about everybody's data.", node.lineno)
    script = next((text for text in code.texts if _PAGES.search(text.value)), None)
    if script is not None and any(text.value == "execute" for text in code.texts):
        why = "Its JavaScript touches the page, its storage or its API; without the right it runs in a frame."
        yield Right("page_script", why, script.lineno)


def _host_of(url: str) -> HostNeeded | None:
    try:
        parts = urlsplit(url)
        host, port = normal_host(parts.hostname or ""), parts.port or 0
    except (ValueError, BadHost):
        return None
    if host in _NOT_REACHED or (isinstance(host, str) and "." not in host and host != "localhost"):
        return None if host in _NOT_REACHED or not port else HostNeeded(shown(host, port), 0, True)
    return HostNeeded(shown(host, port), 0, _is_private(host))


def _is_private(host: Host) -> bool:
    if isinstance(host, ipaddress.IPv4Address | ipaddress.IPv6Address):
        return not host.is_global
    return host.endswith(_PRIVATE_NAMES)
