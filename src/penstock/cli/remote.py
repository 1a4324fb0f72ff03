"""Speaking to a running server as an administrator, with an API key."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, NoReturn

import httpx
import typer

from penstock.cli.error_place import place
from penstock.errors import BadRequest, PenstockError, SourceError, Unavailable

BASE = "/api/v1/functions"
PATIENCE = 1800.0  # seconds; packages may have to be installed

Url = Annotated[str, typer.Option("--url", envvar="PENSTOCK_URL", help="Address of the server.")]
Key = Annotated[
    str, typer.Option("--key", envvar="PENSTOCK_API_KEY", help="API key of an administrator (Settings, API key).")
]
URL = "http://127.0.0.1:8080"


class Remote:
    """The functions of a server. Calls raise `PenstockError` with what the server says."""

    def __init__(self, url: str, key: str) -> None:
        if not key:
            raise BadRequest(
                "An API key is needed.",
                hint="Make one in the page under Settings, API key; pass it with --key or PENSTOCK_API_KEY.",
            )
        self._url = url.rstrip("/")
        headers = {"authorization": f"Bearer {key}"}
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(PATIENCE, connect=10))

    def __enter__(self) -> Remote:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        return self._ask("POST", path, json=body)

    def send(self, path: str, files: list[Path]) -> Any:
        """Files as multipart."""
        return self._ask("POST", path, files=[("files", (file.name, file.read_bytes())) for file in files])

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path)

    def find(self, function_id: str) -> dict[str, Any] | None:
        listed: list[dict[str, Any]] = self.get("/list")
        return next((each for each in listed if each["id"] == function_id), None)

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._client.request(method, f"{self._url}{BASE}{path}", **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(
                f"{self._url} cannot be reached: {error or type(error).__name__}.",
                hint="Name the server with --url or PENSTOCK_URL.",
            ) from None
        if answer.is_success and "json" in answer.headers.get("content-type", ""):
            return answer.json()
        raise self._refusal(answer)

    def _refusal(self, answer: httpx.Response) -> PenstockError:
        try:
            fields = answer.json()
            said = str(fields.pop("detail"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return Unavailable(
                f"{self._url} answered {answer.status_code}, but not as a Penstock server does.",
                hint="Name the server with --url or PENSTOCK_URL.",
            )
        kind = SourceError if fields.pop("code", "") == SourceError.code else BadRequest
        hint = fields.pop("hint", "")
        return kind(said, hint=hint, **{name: value for name, value in fields.items() if isinstance(name, str)})


def report(name: str, error: dict[str, Any]) -> None:
    """One failure, to the error output."""
    typer.secho(place(name, error), err=True, nl=False, fg=typer.colors.RED)
    typer.echo(f"  {error.get('detail', '')} {error.get('hint') or ''}".rstrip(), err=True)


def stop(error: PenstockError) -> NoReturn:
    """Say what kept a command from its work, and end with 1."""
    typer.echo(error.message, err=True)
    if error.hint:
        typer.echo(error.hint, err=True)
    raise typer.Exit(1)
