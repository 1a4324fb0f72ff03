"""`file` questions: which uploads they take, and what the author gets (spec E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.errors import BadRequest, Invalid


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a question with `accept` as a list. Raises `BadRequest` for an `accept` that cannot be read."""
    accept = data.get("accept") or ()
    parts = accept.split(",") if isinstance(accept, str) else accept
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise BadRequest(
            "`accept` of `file` is a text such as '.pdf,image/*', or a list of such.",
            hint="Leave it out to take every file.",
        )
    wanted = [part.strip().lower() for part in parts if part.strip()]
    return {**data, "accept": [part if "/" in part or part[0] == "." else f".{part}" for part in wanted]}


def named(answer: Any) -> list[str]:
    """The ids of the uploads that an answer names. Raises `Invalid`."""
    given = answer if isinstance(answer, list) else [answer]
    ids = [entry.get("id") if isinstance(entry, Mapping) else entry for entry in given]
    if not ids or not all(isinstance(entry, str) and entry for entry in ids):
        raise Invalid(
            "The answer must be an uploaded file: its id, or an object with `id`.",
            hint="Upload it with POST /api/v1/files/ first. The question is still open.",
        )
    return [str(entry) for entry in ids]


def given(data: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> Any:
    """What the author gets: a file, with `multiple` a list. Raises `Invalid` for what is not accepted."""
    accept = data.get("accept") or []
    for file in files:
        if accept and not any(_fits(wanted, file) for wanted in accept):
            raise Invalid(
                f"'{file['name']}' is not a file of the wanted kind: {', '.join(accept)}.",
                hint="The question is still open.",
            )
    if data.get("multiple"):
        return list(files)
    if len(files) > 1:
        raise Invalid("Only one file is wanted.", hint="The question is still open.")
    return files[0]


def _fits(wanted: str, file: Mapping[str, Any]) -> bool:
    if wanted.startswith("."):
        return str(file["name"]).lower().endswith(wanted)
    kind = str(file["content_type"]).lower()
    return wanted in ("*/*", kind) or (wanted.endswith("/*") and kind.startswith(wanted[:-1]))
