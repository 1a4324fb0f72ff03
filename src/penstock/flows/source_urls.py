"""Fetching a source from an address that an admin gives (spec L3)."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import re
import socket
import urllib.request
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import httpx

from penstock.errors import BadRequest, NotAllowed, TooLarge

DEADLINE = 15.0
LARGEST = 4 * 2**20
REDIRECTS = 5
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_NOT_NAME = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """A source with where it came from."""

    name: str
    content: str
    url: str
    sha256: str


def raw_url(url: str) -> str:
    """Where the file itself is, for addresses of pages on GitHub, GitLab and gists; `tree` takes its `main.py`."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest(f"`{url}` is not an address that a function can be loaded from.", hint="Use https://...")
    path = parts.path.rstrip("/")
    if parts.hostname in ("github.com", "www.github.com"):
        return _github(parts, path)
    if parts.hostname == "gist.github.com" and "/raw" not in path:
        return f"https://gist.githubusercontent.com{path}/raw"
    if "/-/blob/" in path or "/-/tree/" in path:
        main = "/main.py" if "/-/tree/" in path and not path.endswith(".py") else ""
        path = path.replace("/-/blob/", "/-/raw/").replace("/-/tree/", "/-/raw/") + main
        return urlunsplit(parts._replace(path=path, query="", fragment=""))
    return urlunsplit(parts._replace(fragment=""))


def name_from(url: str) -> str:
    """What to call a function that comes from an address: its file, or its folder where the file is `main.py`."""
    names = [part for part in urlsplit(url).path.split("/") if part and part != "raw"]
    names = [name for name in names if name.removesuffix(".py") not in ("main", "__init__")] or names
    name = names[-1].removesuffix(".py") if names else "function"
    return _NOT_NAME.sub("_", name).strip("_") or "function"


async def fetch(url: str, *, allow_private: bool) -> FetchedSource:
    """The source at an address. Raises `BadRequest`, `NotAllowed` (a private address), `TooLarge`."""
    wanted = raw_url(url)
    try:
        async with asyncio.timeout(DEADLINE):
            content = await _follow(wanted, allow_private)
    except (TimeoutError, httpx.TimeoutException):
        raise BadRequest(f"{wanted} did not answer within {DEADLINE:g} seconds.", hint="Try again later.") from None
    except httpx.HTTPError as error:
        said = str(error) or type(error).__name__
        raise BadRequest(f"{wanted} cannot be read: {said}.", hint="Check that the address is right.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"What {wanted} holds is not a text.", hint="Give the address of a Python file.") from None
    if _PAGE.match(text):
        raise BadRequest(f"{wanted} is a web page, not a Python file.", hint="Give the address of the raw file.")
    if not text.strip():
        raise BadRequest(f"{wanted} is empty.", hint="Give the address of a Python file.")
    return FetchedSource(name_from(url), text, wanted, hashlib.sha256(content).hexdigest())


def _github(parts: SplitResult, path: str) -> str:
    names = path.strip("/").split("/")
    if len(names) > 3 and names[2] in ("blob", "tree"):
        owner, repository, kind, *rest = names
        if kind == "tree" and not path.endswith(".py"):
            rest = [*rest, "main.py"]
        return f"https://raw.githubusercontent.com/{owner}/{repository}/{'/'.join(rest)}"
    return urlunsplit(parts._replace(fragment=""))


async def _follow(url: str, allow_private: bool) -> bytes:
    """Every hop is checked, so that a public address cannot lead to a private one."""
    for _ in range(REDIRECTS):
        host = urlsplit(url).hostname or ""
        address = None if allow_private else await _public_address(host)
        content = await _get(url, host, address)
        if isinstance(content, bytes):
            return content
        url = urljoin(url, content)
        if urlsplit(url).scheme not in ("http", "https"):
            break
    raise BadRequest(f"{url} leads from one address to the next without an end.", hint="Give the last address.")


async def _get(url: str, host: str, address: str | None) -> bytes | str:
    """The body, or where a redirection points. With `address`, that is where the connection goes: names may change."""
    shown = url
    headers, extensions = {"user-agent": "Penstock"}, {}
    if address is not None and not _uses_proxy(url):
        parts = urlsplit(url)
        literal = f"[{address}]" if ":" in address else address
        headers["host"] = parts.netloc.rpartition("@")[2]
        extensions["sni_hostname"] = host
        url = urlunsplit(parts._replace(netloc=f"{literal}:{parts.port}" if parts.port else literal))
    async with (
        httpx.AsyncClient(timeout=DEADLINE) as client,
        client.stream("GET", url, headers=headers, extensions=extensions) as answer,
    ):
        if answer.has_redirect_location:
            return answer.headers["location"]
        if answer.status_code != 200:
            raise BadRequest(
                f"{shown} answered {answer.status_code} {answer.reason_phrase}.",
                hint="There is no such file, or it is not public."
                if answer.status_code in (401, 403, 404, 410)
                else "Try again later.",
            )
        announced = answer.headers.get("content-length", "")
        content = bytearray()
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > LARGEST or (announced.isdigit() and int(announced) > LARGEST):
                raise TooLarge(
                    f"What {shown} holds is larger than {LARGEST // 2**20} MB, the most that a function may have.",
                    hint="Give the address of a Python file.",
                )
        return bytes(content)


async def _public_address(host: str) -> str:
    """One address of the host, all of which must be public. Raises `NotAllowed`, `BadRequest`."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        if _uses_proxy(f"https://{host}"):
            return host
        raise BadRequest(f"The name {host} is not known: {error.strerror or error}.") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    for address in addresses:
        if not _is_public(address):
            raise NotAllowed(
                f"{host} is a private address, and functions are not loaded from those.",
                hint="An administrator allows it with PENSTOCK_PRIVATE_URLS.",
            )
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


def _uses_proxy(url: str) -> bool:
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    named = parts.scheme in proxies or "all" in proxies
    return named and not urllib.request.proxy_bypass(parts.hostname or "")
