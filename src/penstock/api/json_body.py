"""Reading a JSON body of any shape quickly, for addresses whose body outsiders define."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request

from penstock.errors import BadJson

_decoder = msgspec.json.Decoder()


async def json_body(request: Request) -> Any:
    """The body; an empty one is an empty object. Raises `BadJson`."""
    raw = await request.body()
    if not raw.strip():
        return {}
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadJson(f"The body is not JSON: {error}.") from error
