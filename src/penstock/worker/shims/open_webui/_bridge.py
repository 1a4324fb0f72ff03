"""The one door from these modules to the server, and the places that belong to this function alone."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from penstock.worker import host

ModelT = TypeVar("ModelT", bound=BaseModel)


def call(name: str, /, **arguments: Any) -> Any:
    """Ask the server and wait for the answer, from the loop or from any thread."""
    return host.call(name, **arguments).result()


async def acall(name: str, /, **arguments: Any) -> Any:
    """Ask the server; the loop goes on meanwhile."""
    return await host.call(name, **arguments)


def one(model: type[ModelT], values: dict[str, Any] | None) -> ModelT | None:
    """The answer as a model, None where the server has none."""
    return None if values is None else model.model_validate(values)


def several(model: type[ModelT], values: Iterable[dict[str, Any]]) -> list[ModelT]:
    """A list of answers as models."""
    return [model.model_validate(each) for each in values]


def plain(form: Any) -> dict[str, Any]:
    """What an author hands over as a form: a model, a mapping or nothing."""
    if isinstance(form, BaseModel):
        return form.model_dump(mode="json", exclude_unset=True)
    return dict(form or {})


def identity(user: Any) -> str | None:
    """The id of a user given as a model, a mapping or the id itself."""
    if user is None or isinstance(user, str):
        return user
    return user.get("id") if isinstance(user, dict) else getattr(user, "id", None)


def data_folder() -> Path:
    """The private folder of this function; a temporary one where it was given none."""
    global _data_folder
    if _data_folder is None:
        given = host.data_folder()
        _data_folder = Path(given) if given else Path(tempfile.mkdtemp(prefix="penstock-function-"))
    return _data_folder


def folder(name: str) -> Path:
    """A folder inside the private one, made on first use."""
    path = data_folder() / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key() -> str:
    """A key that stays the same for this function, for authors who encrypt with `WEBUI_SECRET_KEY`."""
    if given := os.environ.get("WEBUI_SECRET_KEY"):
        return given
    path = data_folder() / ".webui_secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(32))
        path.chmod(0o600)
        return path.read_text()


_data_folder: Path | None = None
