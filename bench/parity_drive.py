"""What is done with a function on either server, and what is kept of it."""

from __future__ import annotations

from typing import Any

from bench.parity_servers import Side, new_id
from penstock.cli.doctoring import provider
from penstock.cli.doctoring.scenes import SCENES

Seen = dict[str, Any]
SCENE = SCENES[0]
KEPT = ("content", "statusHistory", "files", "embeds", "sources", "followUps", "error")
STREAMED = frozenset(
    {
        "chat:completion",
        "response:completion",
        "message",
        "chat:message:delta",
        "chat:title",
        "chat:tags",
        "chat:active",
    }
)
OWN = (
    "chat:outlet",
    "action:started",
    "action:finished",
    "chat:list",
    "request:interaction:done",
)  # what one of the servers adds


async def drive(side: Side, function_id: str, kind: str) -> Seen:
    """Everything that can be compared, by name."""
    if kind == "action":
        return await _action(side, function_id)
    if kind == "pipe":
        return await _pipe(side, function_id)
    return await _completions(side, provider.MODEL)


async def _action(side: Side, function_id: str) -> Seen:
    model = next(each for each in await side.models() if each["id"] == provider.MODEL)
    seen: Seen = {"buttons": [each["id"] for each in model.get("actions", []) if _own(each["id"], function_id)]}
    for button in seen["buttons"] or [function_id]:
        chat_id, document = await side.chat(SCENE, provider.MODEL)
        messages = list(document["history"]["messages"].values())
        body = {
            "model": provider.MODEL,
            "messages": [{key: each[key] for key in ("id", "role", "content", "timestamp")} for each in messages],
            "model_item": model,
            "chat_id": chat_id,
            "session_id": side.socket.get_sid(),
            "id": "b",
        }
        side.events.clear()
        answer = await side.client.post(f"/api/chat/actions/{button}", json=body)
        await side.settled()
        seen[f"{button}: status"] = answer.status_code
        seen[f"{button}: result"] = _json(answer)
        seen[f"{button}: events"] = _events(side)
        seen[f"{button}: message"] = _kept(await side.message(chat_id, "b"))
    return seen


async def _pipe(side: Side, function_id: str) -> Seen:
    models = [each for each in await side.models() if _own(each["id"], function_id)]
    seen: Seen = {"models": [(each["id"], each["name"]) for each in models][:20]}
    if models:
        seen |= await _completions(side, models[0]["id"])
    return seen


async def _completions(side: Side, model: str) -> Seen:
    """A question over the API, whole and streamed, and one in a chat."""
    seen: Seen = {}
    messages = [{"role": "user", "content": SCENE.question}]
    for stream in (False, True):
        side.recorder.asked.clear()
        body = {"model": model, "messages": messages, "stream": stream}
        answer = await side.client.post("/api/chat/completions", json=body)
        name = "streamed" if stream else "whole"
        seen[f"{name}: status"] = answer.status_code
        seen[f"{name}: text"] = _streamed(answer.text) if stream else _said(_json(answer))
        seen[f"{name}: asked of the model"] = [_asked(each) for each in side.recorder.asked]
    side.recorder.asked.clear()
    return seen | await _in_chat(side, model)


async def _in_chat(side: Side, model: str) -> Seen:
    chat_id, document = await side.chat(SCENE, model)
    user_id, answer_id = new_id(), new_id()
    history = document["history"]
    asking = {"id": user_id, "parentId": "b", "childrenIds": [answer_id], "role": "user", "content": "And then?"}
    blank = {
        "id": answer_id,
        "parentId": user_id,
        "childrenIds": [],
        "role": "assistant",
        "content": "",
        "model": model,
    }
    history["messages"]["b"]["childrenIds"] = [user_id]
    history["messages"] |= {user_id: {**asking, "models": [model]}, answer_id: blank}
    history["currentId"] = answer_id
    await side.call("POST", f"/api/v1/chats/{chat_id}", {"chat": document})
    side.events.clear()
    sent = [{"role": each["role"], "content": each["content"]} for each in history["messages"].values()][:-1]
    body = {
        "model": model,
        "messages": sent,
        "stream": True,
        "chat_id": chat_id,
        "id": answer_id,
        "parent_id": user_id,
        "session_id": side.socket.get_sid(),
        "background_tasks": {},
        "features": {},
        "user_message": {**asking, "models": [model]},
    }
    answer = await side.client.post("/api/chat/completions", json=body)
    await side.settled()
    return {
        "in a chat: status": answer.status_code,
        "in a chat: events": _events(side, answer_id),
        "in a chat: message": _kept(await side.message(chat_id, answer_id)),
        "in a chat: asked of the model": [_asked(each) for each in side.recorder.asked],
    }


def _own(model_id: str, function_id: str) -> bool:
    return model_id == function_id or model_id.startswith(f"{function_id}.")


def _json(answer: Any) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:2000]


def _said(answer: Any) -> Any:
    """The text of a whole completion; other answers as they are."""
    try:
        return answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return answer


def _streamed(text: str) -> Any:
    """The text of a stream of chunks, and what else it said."""
    from bench.sockets import Json

    parts, others = [], []
    for line in text.splitlines():
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        try:
            chunk = Json.loads(line[6:])
            parts.append(chunk["choices"][0]["delta"].get("content") or "")
        except (ValueError, KeyError, IndexError, TypeError):
            others.append(line[6:300])
    return "".join(parts) or others or text[:300]


def _events(side: Side, message_id: str = "b") -> list[Any]:
    """What a function said while it ran: its own events in order, not how a server brings text to its page."""
    mine = [(kind, data) for where, kind, data in side.events if where in (message_id, "None")]
    return [[kind, data] for kind, data in mine if kind not in STREAMED and kind not in OWN]


def _kept(message: dict[str, Any]) -> Seen:
    return {key: message[key] for key in KEPT if message.get(key) not in (None, [], {})}


def _asked(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {key: value for key, value in body.items() if key in ("model", "messages", "stream", "temperature")}
