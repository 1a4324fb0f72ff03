"""`__request__` and `__app__`: the HTTP request that led to a run, as a function may use it (spec I5)."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

PORTS = {"http": 80, "https": 443}


def application() -> Any:
    """What `__request__.app` is: the compatibility package has it, so that authors meet one object everywhere."""
    return importlib.import_module("open_webui._application").app


def build_request(values: Mapping[str, Any]) -> Request:
    """A request of plain values: `method, url, base_url, headers, cookies, client`. The body is the hook's own."""
    headers = {str(name).lower(): str(value) for name, value in (values.get("headers") or {}).items()}
    if cookies := values.get("cookies"):
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    base = urlsplit(values.get("base_url") or values.get("url") or "http://localhost/")
    url = urlsplit(values.get("url") or base.geturl())
    headers["host"] = base.netloc or headers.get("host", "localhost")
    client = values.get("client")
    root_path = base.path.rstrip("/")
    return Request(
        {
            "type": "http",
            "http_version": "1.1",
            "method": values.get("method") or "POST",
            "scheme": base.scheme or "http",
            "server": (base.hostname or "localhost", base.port or PORTS.get(base.scheme, 80)),
            "root_path": root_path,
            "path": unquote(url.path or "/"),
            "raw_path": (url.path or "/").encode(),
            "query_string": url.query.encode(),
            "headers": [(name.encode("latin-1", "replace"), value.encode()) for name, value in headers.items()],
            "client": tuple(client) if client else None,
            "app": application(),
            "path_params": {},
            "state": {},
        },
        receive=_nothing_more,
    )


def add_request(values: dict[str, Any]) -> None:
    """Replace the plain request in the values for a hook by a usable one, and put the application beside it."""
    if isinstance(plain := values.get("request"), dict):
        values["request"] = build_request(plain)
        values["app"] = values["request"].app


async def _nothing_more() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
