"""`penstock serve`: the server, with its address printed when it is ready and a sentence when it cannot start."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from penstock.cli import lean_imports

if TYPE_CHECKING:
    from penstock.errors import PenstockError
    from penstock.settings import Settings

ANSWER_SECONDS = 4  # for the answers that say that the work behind them was interrupted
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the database, files and keys.")] = None,
) -> None:
    """Start the server. Everything else is set by PENSTOCK_* or penstock.toml (see `penstock settings`)."""
    from penstock.errors import PenstockError

    gc.disable()  # until the server is ready: nothing that is imported becomes garbage
    given = {"host": host, "port": port, "data_dir": data_dir}
    try:
        settings = read_settings({name: value for name, value in given.items() if value is not None})
        listener = listen(settings)
        _end_quietly_on_signals()
        run(settings, listener)
    except PenstockError as error:
        fail(error)


def read_settings(given: dict[str, Any]) -> Settings:
    """Settings from all sources. Raises `BadSetting` with one line for each that cannot be used."""
    from pydantic import ValidationError

    from penstock.errors import BadSetting
    from penstock.settings import Settings

    try:
        settings = Settings(**given)
    except ValidationError as error:
        wrong = "\n".join(f"  {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise BadSetting(f"These settings cannot be used:\n{wrong}", hint="See `penstock settings`.") from error
    except (OSError, ValueError) as error:
        raise BadSetting(f"The settings file cannot be read: {error}") from error
    if settings.log_level.lower() not in LOG_LEVELS:
        raise BadSetting(f"The setting log_level is one of {', '.join(LOG_LEVELS)}.")
    return settings


def listen(settings: Settings) -> socket.socket:
    """The socket of the server, bound. Raises `CannotStart`."""
    from penstock.errors import CannotStart

    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise CannotStart(f"There is no address {settings.host} here: {error.strerror}.") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}.",
            hint="Stop what uses it, or choose another port with --port or PENSTOCK_PORT (0 takes a free one).",
        ) from error
    return listener


def run(settings: Settings, listener: socket.socket) -> None:
    """Serve until a signal ends it. Raises the error that kept it from starting."""
    import uvicorn

    lean_imports.import_libraries()
    from penstock.api.app import create_app
    from penstock.api.compose import end_work
    from penstock.cli.logs import configure

    configure(settings.log_level)
    host, port = listener.getsockname()[:2]
    app = create_app(settings.model_copy(update={"host": host, "port": port}))
    config = uvicorn.Config(
        app,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="websockets-sansio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=round(settings.stop_grace) + ANSWER_SECONDS,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            logging.getLogger("uvicorn.error").disabled = True  # a failed start is told in a sentence, below
            try:
                await super().startup(sockets)
            except SystemExit:
                if not hasattr(app.state, "start_error"):
                    raise
                self.should_exit = True
            logging.getLogger("uvicorn.error").disabled = False
            gc.freeze()
            gc.enable()
            if self.started:
                print(f"Penstock {app.version} is ready at {address_of(listener)}", flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.stop_clock.begin()
            ending = asyncio.ensure_future(end_work(app.state.services, app.state.stop_clock)) if self.started else None
            await super().shutdown(sockets)
            if ending is not None:
                await ending

    Server(config).run(sockets=[listener])
    if error := getattr(app.state, "start_error", None):
        raise error


def address_of(listener: socket.socket) -> str:
    """What to open in a browser."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def fail(error: PenstockError) -> None:
    typer.echo(f"Penstock cannot start. {error.message}", err=True)
    if error.hint:
        typer.echo(error.hint, err=True)
    raise typer.Exit(1)


def _end_quietly_on_signals() -> None:
    """The server raises the signal that ended it once more when it is done; then this ends the process with 0."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
