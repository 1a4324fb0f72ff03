"""One hook of a draft that is no action: called as the server would, its pieces told as they come."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from penstock.flows import context_values
from penstock.flows.completion_answer import label
from penstock.flows.completion_pieces import PieceReader, Pieces
from penstock.flows.completion_results import model_error, returned
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.filters import as_events
from penstock.flows.live_run import LiveRun
from penstock.flows.run_order import RunListener, RunOrder
from penstock.flows.serving import Serving
from penstock.flows.system_events import SystemEvent
from penstock.functions.events import text_of
from penstock.protocol.packing import NOTHING, pack, unpack
from penstock.realtime.published import Target
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.models import ResolvedModel

TRIGGER = "try"
WITHOUT_BODY = frozenset({"pipes", "available"})
_WORDS = re.compile(r"\s*\S+\s*?(?=\s|$)|\s+")


class Attempt:
    """Calls the hook once."""

    def __init__(
        self, services: Services, serving: Serving, hook: str, body: Any, user: User, sub_id: str | None
    ) -> None:
        self._services = services
        self._serving = serving
        self._hook = hook
        self._body: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        self._user = user
        self._sub_id = sub_id

    async def run(
        self, request: Callable[[], RequestInfo], listener: RunListener, on_start: Callable[[LiveRun], None]
    ) -> Any:
        """What the hook returned. Raises what keeps it from running, and what it raised."""
        run = await self._services.runs.start(replace(await self._order(request), listener=listener))
        on_start(run)
        if self._hook == "pipe":
            return await self._answer(run, listener)
        if self._hook == "stream":
            return await self._changed_stream(run, listener)
        items = [item async for batch in run.chunks() for item in batch]
        result = await run.outcome()
        return items if result.form == "stream" else result.value

    async def _order(self, request: Callable[[], RequestInfo]) -> RunOrder:
        if self._hook == "event":
            return await self._event_order()
        model = await self._model()
        body = None if self._hook in WITHOUT_BODY or self._hook == "stream" else self._called_with(model)
        target = Target.of(self._user.id, _text(self._body, "chat_id"), _text(self._body, "id"))
        context = context_values.build(
            self._serving.description,
            self._hook,
            user=self._user,
            id=self._serving.function.id,
            model=model.wire if model else None,
            metadata=self._metadata(model),
            request=request,
            chat_id=target.chat_id,
            session_id=_text(self._body, "session_id"),
            message_id=target.message_id,
            messages=self._body.get("messages"),
            files=self._body.get("files") or [],
            tools={},
            features=self._body.get("features") or {},
            body=body,
        )
        return RunOrder(
            serving=self._serving,
            hook=self._hook,
            body=body,
            context=context,
            user=self._user,
            target=target,
            trigger=TRIGGER,
            feed=self._hook == "stream",
            models=model.lineage if model else (),
            record=False,
            draft=True,
        )

    async def _event_order(self) -> RunOrder:
        data = self._body.get("data")
        event = SystemEvent(
            str(self._body.get("name") or "chat.created"),
            self._user,
            ("chat", _text(self._body, "chat_id") or ""),
            data if isinstance(data, Mapping) else {},
        )
        order = await self._services.events.order(self._serving, event)
        target = Target.of(self._user.id, _text(self._body, "chat_id"))
        return replace(order, trigger=TRIGGER, record=False, draft=True, target=target)

    async def _model(self) -> ResolvedModel | None:
        model_id = _text(self._body, "model")
        known = model_id and model_id in (await self._services.models.catalog()).models
        return await self._services.models.resolve(model_id, self._user) if model_id and known else None

    def _called_with(self, model: ResolvedModel | None) -> dict[str, Any]:
        """A conversation as models and filters get it; a pipe is called by its own name."""
        own = {"chat_id", "session_id", "id", "files", "features"}
        body = {name: value for name, value in self._body.items() if name not in own or self._hook == "outlet"}
        body.setdefault("messages", [])
        if self._hook == "pipe":
            own_id = self._serving.function.id
            body |= {"model": f"{own_id}.{self._sub_id}" if self._sub_id else own_id}
            body.setdefault("stream", True)
        if self._hook == "inlet":
            body.setdefault("metadata", self._metadata(model))
        return body

    def _metadata(self, model: ResolvedModel | None) -> dict[str, Any]:
        return {
            "user_id": self._user.id,
            "chat_id": self._body.get("chat_id"),
            "message_id": self._body.get("id"),
            "session_id": self._body.get("session_id"),
            "filter_ids": [],
            "tool_ids": [],
            "files": self._body.get("files") or [],
            "features": self._body.get("features") or {},
            "variables": {},
            "model": model.wire if model else None,
            "params": {},
            "interface": "open-webui",
        }

    async def _answer(self, run: LiveRun, listener: RunListener) -> Any:
        reader, text = PieceReader(), []

        def tell(pieces: Pieces) -> None:
            for piece in pieces:
                if isinstance(piece, str):
                    text.append(piece)
                    listener("chunk", {"content": piece})
                elif "choices" in piece:
                    listener("chunk", piece)
                elif isinstance(event := piece.get("event"), dict):
                    listener("emit", {"type": str(event.get("type", "")), "data": event.get("data")})
                elif error := piece.get("error"):
                    raise model_error(error)
                else:
                    listener("chunk", piece)

        async for items in run.chunks():
            tell(reader.read(items))
        value = returned(await run.outcome())
        tell(reader.end() + ([] if value is None else PieceReader().read([value])))
        return "".join(text) if value is None or isinstance(value, str) else value

    async def _changed_stream(self, run: LiveRun, listener: RunListener) -> str:
        """The last answer of the conversation, word by word through the filter."""
        words = _WORDS.findall(_last_answer(self._body.get("messages")))
        events = as_events(words, label(_text(self._body, "model") or "model"))
        await run.feed([pack(event) for event in events])
        await run.feed([], last=True)
        text = []
        async for items in run.chunks():
            for item in items:
                if type(item) is not bytes or item == NOTHING:
                    continue
                event = unpack(item)
                listener("chunk", event)
                text.append(_content(event))
        await run.outcome()
        return "".join(text)


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value else None


def _last_answer(messages: Any) -> str:
    said = [each for each in messages if isinstance(each, Mapping)] if isinstance(messages, list) else []
    last = next((each for each in reversed(said) if each.get("role") == "assistant"), said[-1] if said else {})
    return text_of(last.get("content"))


def _content(event: Any) -> str:
    choices = event.get("choices") if isinstance(event, Mapping) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        return ""
    delta = choices[0].get("delta")
    return text_of(delta.get("content")) if isinstance(delta, Mapping) else ""
