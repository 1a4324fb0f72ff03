"""Who may use a file, as far as a function can ask."""

from __future__ import annotations

from typing import Any

from open_webui._bridge import identity
from open_webui.models.files import Files


def has_access_to_file(
    file_id: str | None = None, access_type: str = "read", user: Any = None, db: Any = None, **_: Any
) -> bool:
    """Whether the file is that user's; one that the function may not see is nobody's."""
    file = Files.get_file_by_id(file_id) if file_id else None
    return file is not None and file.user_id == identity(user)
