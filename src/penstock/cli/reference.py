"""What is generated from the code: the page of settings, and the API's description."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from penstock.settings import Settings

HEAD = """# Settings

Each can be set in the environment (`PENSTOCK_` and the name in capitals) or in `penstock.toml` in the data folder
(another file: `PENSTOCK_CONFIG`). The environment wins. This page is written by `penstock settings`.

| setting | default | what it is for |
|---|---|---|
"""


def settings_page() -> str:
    """The Markdown page of all settings, from their declarations."""
    rows = [f"| `PENSTOCK_{name.upper()}` | {_default(field)} | {field.description} |" for name, field in _fields()]
    return HEAD + "\n".join(rows) + "\n"


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.default_factory is not None:
        return "the user's data folder"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return "" if value in (None, "") else f"`{json.dumps(value)}`"


def openapi_description() -> dict[str, Any]:
    """The OpenAPI document of the server, without starting it."""
    from penstock.api.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        return create_app(Settings(data_dir=Path(folder))).openapi()


def settings() -> None:
    """Print the page of all settings (Markdown)."""
    typer.echo(settings_page(), nl=False)


def openapi() -> None:
    """Print the API's description (OpenAPI, JSON)."""
    typer.echo(json.dumps(openapi_description(), indent=1, sort_keys=True))
