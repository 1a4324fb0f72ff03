"""`penstock run FILE`: one function, run without a server, with a person (or `--answer`) at the keyboard."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from penstock.cli.installing import Installing
from penstock.cli.terminal import NobodyThere, Terminal
from penstock.engine.base import Engine, HookCall, Run, VersionSource
from penstock.environments import Environments
from penstock.errors import BadRequest, PenstockError, SourceError
from penstock.flows import context_values
from penstock.flows.granted import default_rights
from penstock.functions import inspection, legacy, manifest
from penstock.functions.description import Description
from penstock.functions.rights import PROFILES, Profile, Rights
from penstock.protocol.frames import Ask, Chunk, Emit, Failed, HostCall, Log, Result
from penstock.settings import Settings
from penstock.store.records import User

FAILED, BAD_SOURCE = 1, 2
SERVED_HOOKS = {"pipe": ("pipe",), "filter": ("inlet", "outlet"), "action": ("action",), "event": ("event",)}


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    file: Path
    message: str
    body: dict[str, Any]
    role: str
    valves: dict[str, Any]
    user_valves: dict[str, Any]
    profile: Profile | None = None


def run(
    file: Annotated[Path, typer.Argument(help="The function: one Python file.", exists=True, dir_okay=False)],
    message: Annotated[str, typer.Option(help="What the person wrote, or the text of the clicked message.")] = "Hello",
    body: Annotated[str, typer.Option(help="Keys of the body (JSON); they win over what --message makes.")] = "{}",
    user: Annotated[str, typer.Option(help="Role of who runs it: admin, moderator, user or pending.")] = "admin",
    valves: Annotated[str, typer.Option(help="Valves (JSON).")] = "{}",
    user_valves: Annotated[str, typer.Option("--user-valves", help="The user's valves (JSON).")] = "{}",
    profile: Annotated[str, typer.Option(help="closed, standard or trusted: see docs/rights.md.")] = "",
    answer: Annotated[list[str] | None, typer.Option(help="Answer to a question; may be given several times.")] = None,
) -> None:
    """Run a function here, without a server: questions are asked in the terminal, the result is printed.

    Ends with 0 when the hook succeeded, 1 when it failed or said so, 2 when the file is not a function.
    """
    terminal = Terminal(answer or [])
    try:
        wish = Wish(
            file=file,
            message=message,
            body=_object("--body", body),
            role=user,
            valves=_object("--valves", valves),
            user_valves=_object("", user_valves),
            profile=_profile(profile),
        )
        code = asyncio.run(_run(wish, terminal))
    except PenstockError as error:
        terminal.err.print(f"[red]{type(error).__name__}[/]", error.message, error.hint, highlight=False)
        if trace := error.fields.get("traceback"):
            terminal.err.print(trace, markup=False)
        code = BAD_SOURCE if isinstance(error, SourceError) else FAILED
    raise typer.Exit(code)


def _object(option: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise BadRequest(f"{option or '--user-valves'} is not JSON: {wrong}") from wrong
    if not isinstance(value, dict):
        raise BadRequest(f"{option or '--user-valves'} must be a JSON object, not {text}")
    return value


def _profile(given: str) -> Profile | None:
    if not given:
        return None
    for known in PROFILES:
        if given == known:
            return known
    raise BadRequest(f"--profile is one of {', '.join(PROFILES)}, not {given}")


async def _run(wish: Wish, terminal: Terminal) -> int:
    from penstock.engine.local import LocalEngine

    with tempfile.TemporaryDirectory(prefix="penstock-run-") as folder:
        settings = Settings(data_dir=Path(folder))
        engine = LocalEngine(settings)
        await engine.start()
        try:
            return await _drive(engine, await _version(wish, terminal, Path(folder)), wish, terminal)
        finally:
            await engine.stop(0)


async def _version(wish: Wish, terminal: Terminal, folder: Path) -> VersionSource:
    """The file, checked and with its packages, ready to be loaded."""
    source = wish.file.read_text("utf-8")
    found = inspection.inspect(source)
    for warning in found.warnings:
        terminal.log("warning", f"line {warning.line}: {warning.message}")
    wanted = [*manifest.read(source).requirements, *found.implied_requirements]
    from penstock.engine.local.workshop import workshop

    own = Settings()
    with Installing(terminal.err) as installing:
        environment = await Environments(own.data_dir, own.wheels, workshop(own)).ensure(wanted, installing)
    return VersionSource(
        function_id=wish.file.stem.lower(),
        version_id=uuid.uuid4().hex,
        source=legacy.map_imports(source),
        filename=str(wish.file),
        site_packages=environment.site_packages if environment else None,
        packages=environment.packages if environment else frozenset(),
        environment_id=environment.id if environment else None,
        data_dir=str(folder / "function"),
        valves=wish.valves,
        rights=_rights(wish),
    )


def _rights(wish: Wish) -> Rights:
    rights = default_rights(Settings())
    return rights if wish.profile is None else msgspec.structs.replace(rights, profile=wish.profile)


async def _drive(engine: Engine, version: VersionSource, wish: Wish, terminal: Terminal) -> int:
    """Call the hooks that a chat would call, one after the other; the exit code."""
    description = await engine.check(version, deadline=60)
    body = {**_body(description.kind, wish.message), **wish.body}
    for hook in SERVED_HOOKS[description.kind]:
        if hook not in description.hooks:
            continue
        if hook == "outlet":
            body["messages"] = [*body.get("messages", []), _said("assistant", "An answer.")]
        run = await engine.run(version, _call(hook, body, description, wish))
        ended = await _follow(run, terminal)
        if isinstance(ended, Failed):
            terminal.err.print(ended.traceback or f"{ended.type}: {ended.message}", markup=False, style="red")
            return FAILED
        terminal.result(_shown(ended, version.function_id))
        for note in ended.notes:
            terminal.log("note", note)
        if _says_failure(ended.value):
            return FAILED
        if description.kind == "filter" and isinstance(ended.value, dict):
            body = ended.value
    return 0


def _call(hook: str, body: dict[str, Any], description: Description, wish: Wish) -> HookCall:
    now = time.time()
    user = User(id="cli", email="you@localhost", name="You", role=wish.role, created_at=now, updated_at=now)
    context = context_values.build(
        description,
        hook,
        user=user,
        id=wish.file.stem.lower(),
        model={"id": "cli", "name": "cli"},
        metadata={"chat_id": "local:cli", "message_id": "m2", "session_id": "cli", "user_id": user.id},
        request=context_values.RequestInfo(url="http://localhost/cli", base_url="http://localhost/"),
        chat_id="local:cli",
        session_id="cli",
        message_id="m2",
        messages=body.get("messages", []),
        files=[],
        tools={},
        features={},
        body=body,
        event_name=body.get("name"),
    )
    return HookCall(
        run_id=uuid.uuid4().hex,
        hook=hook,
        body=body,
        context=context,
        valves=wish.valves,
        user_valves=wish.user_valves,
    )


async def _follow(run: Run, terminal: Terminal) -> Result | Failed:
    """Draw what comes until nothing of the run is left, also its background work."""
    ended: Result | Failed | None = None
    async for frame in run:
        match frame:
            case Emit(type=kind, data=data):
                terminal.event(kind, data)
            case Ask(call=call, type=kind, data=data):
                await _answer(run, call, kind, data, terminal)
            case HostCall(call=call, name=name):
                message = f"{name}: there is no server here; `penstock run` has no chats, users or models"
                await run.reply(call, error={"code": "unavailable", "message": message, "hint": ""})
            case Chunk(items=items):
                for item in items:
                    terminal.chunk(_text_of(item))
            case Log(lines=lines):
                for _, level, text, _ in lines:
                    terminal.log(level, text)
            case Result() | Failed():
                ended = frame
            case _:
                pass
    if ended is None:
        raise PenstockError("The run ended without a result.")
    return ended


async def _answer(run: Run, call: int, kind: str, data: Any, terminal: Terminal) -> None:
    while True:
        try:
            value = await asyncio.to_thread(terminal.ask, kind, data)
        except NobodyThere as nobody:
            await run.reply(call, error={"code": "question_expired", "message": str(nobody), "hint": ""})
        except ValueError as wrong:
            terminal.err.print(f"[red]{wrong}[/]")
            continue
        else:
            await run.reply(call, value)
        return


def _said(role: str, content: str) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "role": role, "content": content, "timestamp": int(time.time())}


def _body(kind: str, message: str) -> dict[str, Any]:
    """The body that a chat would send to a hook of this kind."""
    if kind == "event":
        return {"id": uuid.uuid4().hex, "name": "message.created", "time": time.time(), "data": {"content": message}}
    if kind != "action":
        return {"model": "cli", "messages": [_said("user", message)], "stream": True}
    clicked = _said("assistant", message)
    return {
        "model": "cli",
        "messages": [_said("user", "Hello"), clicked],
        "content": message,
        "id": clicked["id"],
        "message_id": clicked["id"],
        "chat_id": "local:cli",
        "session_id": "cli",
        "metadata": {},
        "files": [],
    }


def _text_of(item: Any) -> str:
    """The text of a chunk, whichever of its shapes it has (spec P2)."""
    if isinstance(item, dict):
        choices = item.get("choices") or [{}]
        return str((choices[0].get("delta") or choices[0].get("message") or {}).get("content") or "")
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


def _shown(ended: Result, function_id: str) -> Any:
    if ended.form == "file":
        name = Path(str(ended.value["name"])).name
        Path(name).write_bytes(ended.value["data"])
        return f"written to {name}"
    if ended.form == "html":
        name = f"{function_id}.html"
        Path(name).write_text(str(ended.value["html"]), "utf-8")
        return f"written to {name}"
    return None if ended.form == "stream" else ended.value


def _says_failure(value: Any) -> bool:
    return isinstance(value, dict) and (value.get("success") is False or bool(value.get("error")))
