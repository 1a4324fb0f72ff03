"""Headers that tell another service who asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from open_webui import env


def include_user_info_headers(headers: dict[str, str], user: Any) -> dict[str, str]:
    """The headers, and those for the user's name, id, address and role."""
    values = {
        env.FORWARD_USER_INFO_HEADER_USER_NAME: quote(str(user.name), safe=" "),
        env.FORWARD_USER_INFO_HEADER_USER_ID: user.id,
        env.FORWARD_USER_INFO_HEADER_USER_EMAIL: user.email,
        env.FORWARD_USER_INFO_HEADER_USER_ROLE: user.role,
    }
    return {**headers, **{name: str(value) for name, value in values.items()}}
