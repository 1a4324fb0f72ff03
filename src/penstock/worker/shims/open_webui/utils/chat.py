"""A completion by any model of the server, with the rights of the run."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse

from open_webui._bridge import acall, identity
from open_webui._missing import missing


class EventText(str):
    """A piece of an event stream: text that may also be decoded like bytes."""

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return str(self)


async def generate_chat_completion(
    request: Any = None,
    form_data: dict[str, Any] | None = None,
    user: Any = None,
    bypass_filter: bool = False,
    bypass_system_prompt: bool = False,
    **options: Any,
) -> Any:
    """The answer as a mapping, or with `stream` a response whose `body_iterator` gives `data: {...}` lines."""
    request, form_data, user = _in_order(request, form_data, user)
    answer = await acall(
        "completions.create",
        body=_json(form_data),
        user_id=identity(user),
        bypass_filter=bool(bypass_filter),
        bypass_system_prompt=bool(bypass_system_prompt),
    )
    if isinstance(answer, dict) and "stream" in answer and "choices" not in answer:
        return StreamingResponse(_stream(answer["stream"]), media_type="text/event-stream")
    return answer


def _in_order(*given: Any) -> tuple[Any, dict[str, Any], Any]:
    """Earlier releases had no request in front: `(form_data, user)`."""
    request, form_data, user = given
    if isinstance(request, dict) and not (isinstance(form_data, dict) and "messages" in form_data):
        return None, request, form_data if user is None else user
    return request, form_data or {}, user


def _json(form_data: dict[str, Any]) -> dict[str, Any]:
    """The request without what cannot leave the process (callables in the metadata, models)."""
    return json.loads(json.dumps(form_data, default=_plain))


def _plain(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    if callable(dump) and not isinstance(value, type):
        return dump(mode="json")
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return None


async def _stream(id: str) -> AsyncIterator[EventText]:
    """One event at a time, as authors take them apart."""
    done, rest = False, b""
    try:
        while not done:
            batch = await acall("completions.next", stream=id)
            done = batch["done"]
            *events, rest = (rest + b"".join(batch["items"])).split(b"\n\n")
            for event in events:
                if event.strip() and not event.startswith(b":"):  # comments keep connections open, and say nothing
                    yield EventText(event.decode("utf-8", "replace") + "\n\n")
        if rest.strip():
            yield EventText(rest.decode("utf-8", "replace"))
    finally:
        if not done:
            await acall("completions.close", stream=id)


chat_completion = generate_chat_completion
generate_direct_chat_completion = generate_chat_completion
chat_completed = missing("utils.chat.chat_completed", "the page's own calls", "Outlet filters run by themselves.")
chat_action = missing("utils.chat.chat_action", "the page's own calls", 'Use __event_call__({"type": "action", ...}).')
