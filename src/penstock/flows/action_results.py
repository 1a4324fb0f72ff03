"""Doing what an action's return value means: events into its message, files into the store (spec A5)."""

from __future__ import annotations

import base64
import codecs
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec

from penstock.errors import PenstockError
from penstock.flows.context import Services
from penstock.flows.files import address
from penstock.flows.function_folder import read_inside
from penstock.flows.live_run import LiveRun
from penstock.functions.events import text_of
from penstock.functions.result_files import ReturnedFile
from penstock.functions.results import ActionOutcome, OutputItem

_encode = msgspec.json.Encoder(enc_hook=str).encode
INLINE_LIMIT = 8 * 2**20  # of a file in a chat that is not saved: it travels inside the event


class ActionResults:
    """Applies the outcome of one run."""

    def __init__(self, services: Services, run: LiveRun, body: Any) -> None:
        self._services = services
        self._run = run
        self._target = run.order.target
        self._body: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        self._notes: list[str] = []

    async def apply(self, outcome: ActionOutcome) -> None:
        """Send the events of an outcome, in the order: text, files, embeds, data, own events, toast."""
        for message_id, changes in outcome.changes.items():
            await self._change(message_id, changes)
        if outcome.files:
            files = [item for file in outcome.files if (item := await self._item(file)) is not None]
            self._emit("chat:message:files", {"files": files})
            if outcome.response == {"status": "success"}:
                outcome.response = {"status": "success", "files": files}
        if outcome.embeds:
            self._emit("chat:message:embeds", {"embeds": outcome.embeds})
        if outcome.output:
            self._emit("action:output", {"items": [await self._output(item) for item in outcome.output]})
        for event_type, data in outcome.events:
            self._emit(event_type, data)
        if outcome.toast is not None:
            self.toast(outcome.toast.kind, outcome.toast.content)
        self._tell_author(outcome)

    def toast(self, kind: str, content: str) -> None:
        self._emit("notification", {"type": kind, "content": content})

    def _tell_author(self, outcome: ActionOutcome) -> None:
        notes = [*outcome.notes, *self._notes]
        self._run.note(notes)
        effects = (outcome.changes, outcome.files, outcome.embeds, outcome.output, outcome.events, outcome.toast)
        if notes and not any(effects) and self._run.order.user.role == "admin":
            self.toast("info", notes[0])

    async def _change(self, message_id: str, changes: dict[str, Any]) -> None:
        before = await self._content_before(message_id)
        if before is None:
            self._notes.append(f"There is no message '{message_id}' in this chat, so it was not changed.")
            return
        target = replace(self._target, message_id=message_id)
        rest = {name: value for name, value in changes.items() if name != "content"}
        if "content" in changes and (content := text_of(changes["content"])) != before:
            replaced = {"content": content, "originalContent": before}
            self._services.hub.emit(target, "chat:message", replaced, self._run.id)
        if rest:
            self._services.hub.emit(target, "chat:message:merge", {"changes": rest}, self._run.id)

    async def _content_before(self, message_id: str) -> str | None:
        if self._target.stored and self._target.chat_id:
            message = await self._services.hub.message(self._target.chat_id, message_id)
            return None if message is None else message.content
        for message in self._body.get("messages") or ():
            if isinstance(message, Mapping) and message.get("id") == message_id:
                return text_of(message.get("content"))
        return text_of(self._body.get("content")) if message_id == self._body.get("id") else None

    async def _output(self, item: OutputItem) -> dict[str, Any]:
        wire = {
            "id": str(uuid.uuid4()),
            "kind": item.kind,
            "data": item.data,
            "source": self._run.order.serving.function.id,
        }
        if item.title:
            wire["title"] = item.title
        if item.chart is not None:
            wire["chart"] = item.chart
        if item.file is not None and (kept := await self._item(item.file)) is not None:
            wire["file"] = {name: kept[name] for name in ("id", "name", "url") if name in kept}
        return wire

    async def _item(self, file: ReturnedFile) -> dict[str, Any] | None:
        """A returned file as messages hold files."""
        if file.item is not None:
            return dict(file.item)
        kind = "image" if file.content_type.startswith("image/") else "file"
        wire = {"type": kind, "name": file.name, "content_type": file.content_type}
        if file.url is not None:
            return {**wire, "url": file.url}
        data = file.data if file.data is not None else await self._read(file.path or "")
        if data is None:
            return None
        try:
            return {**wire, "size": len(data), **await self._keep(file, data)}
        except PenstockError as error:
            self._notes.append(f"File '{file.name}' was not kept: {error.message}")
            return None

    async def _keep(self, file: ReturnedFile, data: bytes) -> dict[str, Any]:
        if not self._target.stored and self._target.chat_id and len(data) <= INLINE_LIMIT:
            return {"url": f"data:{file.content_type};base64,{base64.b64encode(data).decode()}"}
        order = self._run.order
        source = {"source": order.serving.function.id, "run_id": order.id}
        kept = await self._services.files.store(order.user, file.name, file.content_type, data, source)
        return {"id": kept.id, "url": address(kept)}

    async def _read(self, path: str) -> bytes | None:
        """A file in the function's own folder; its process may read others, the server may not be made to."""
        folder = self._run.order.serving.source.data_dir
        if folder is None:
            return None
        data = await anyio.to_thread.run_sync(read_inside, Path(folder), path)
        if data is None:
            self._notes.append(f"There is no file '{path}' in the folder of the function: return its content instead.")
        return data

    def _emit(self, event_type: str, data: Any) -> None:
        if self._run.order.listener is not None:
            self._run.order.listener("emit", {"type": event_type, "data": data})
        self._services.hub.emit(self._target, event_type, data, self._run.id)


class StreamedText:
    """A generator's pieces, shown in the message as they come: the first replaces its text, the others append."""

    def __init__(self, services: Services, run: LiveRun, body: Any) -> None:
        self._services = services
        self._run = run
        self._before = text_of(body.get("content")) if isinstance(body, Mapping) else ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.parts: list[str] = []

    def add(self, items: list[Any]) -> None:
        text = "".join(self._text(item) for item in items)
        if not text:
            return
        if self.parts:
            self._emit("chat:message:delta", {"content": text})
        else:
            self._emit("chat:message", {"content": text, "originalContent": self._before})
        self.parts.append(text)

    def _text(self, item: Any) -> str:
        if isinstance(item, str):
            return item
        if isinstance(item, bytes):
            return self._decode(item)
        if not isinstance(item, Mapping):
            return "" if item is None else _encode(item).decode()
        event = item.get("event", item)
        if isinstance(event, Mapping) and isinstance(event.get("type"), str):
            self._emit(event["type"], event.get("data"))
            return ""
        choices = item.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            part = choices[0].get("delta") or choices[0].get("message")
            return text_of(part.get("content")) if isinstance(part, Mapping) else ""
        return text_of(item["content"]) if "content" in item else _encode(item).decode()

    def _emit(self, event_type: str, data: Any) -> None:
        if self._run.order.listener is not None:
            self._run.order.listener("emit", {"type": event_type, "data": data})
        self._services.hub.emit(self._run.order.target, event_type, data, self._run.id)
