"""What an event means for the message it belongs to (spec E1, E2): a pure function from state to changes.

`apply` takes the fields of a message as `penstock.store.records.Message` names them and answers with the fields
that change. Events are written by strangers: every shape is survived, and what is not known changes nothing.
The catalogue for authors is `docs/events.md`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

ALIASES: dict[str, str] = {
    "message": "chat:message:delta",
    "replace": "chat:message",
    "files": "chat:message:files",
    "embeds": "chat:message:embeds",
    "source": "citation",
}

Fields = Mapping[str, Any]
Changes = dict[str, Any]


def canonical(event_type: str) -> str:
    """The one name of an event type that has several."""
    return ALIASES.get(event_type, event_type)


def apply(message: Fields, event_type: str, data: Any) -> Changes:
    """The fields of `message` that this event changes; empty for what does not belong to a message."""
    reduce = _REDUCERS.get(event_type)
    return {} if reduce is None or data is None else reduce(message, data)


def chat_changes(event_type: str, data: Any) -> Changes:
    """The fields of the chat (`title`, `tags`) that this event changes."""
    if event_type == "chat:completion" and isinstance(data, Mapping) and isinstance(data.get("title"), str):
        return {"title": data["title"]}
    if event_type == "chat:title":
        title = data.get("title") if isinstance(data, Mapping) else data
        return {"title": title} if isinstance(title, str) and title.strip() else {}
    if event_type == "chat:tags":
        tags = data.get("tags") if isinstance(data, Mapping) else data
        return {"tags": [tag for tag in map(_tag_name, tags) if tag]} if isinstance(tags, list | tuple) else {}
    return {}


def delta_text(event_type: str, data: Any) -> str | None:
    """The text that this event does nothing but append; None for every other event.

    Such events may be merged while they wait for a slow reader.
    """
    if event_type in ("message", "chat:message:delta"):
        return _only(data, "content")
    if event_type != "chat:completion":
        return None
    if not isinstance(data, Mapping) or not set(data) <= {"choices", "done"} or data.get("done"):
        return None
    choice = _sole(data.get("choices"))
    delta = choice.get("delta") if _keys(choice) <= {"index", "delta", "finish_reason"} else None
    if choice.get("finish_reason") is not None or not isinstance(delta, Mapping):
        return None
    return _only(delta, "content")


def with_delta_text(event_type: str, text: str) -> dict[str, Any]:
    """Data of an event that appends `text`: the inverse of `delta_text`."""
    if event_type == "chat:completion":
        return {"choices": [{"index": 0, "delta": {"content": text}}]}
    return {"content": text}


def _keys(value: Any) -> set[Any]:
    return set(value) if isinstance(value, Mapping) else set()


def _only(data: Any, key: str) -> str | None:
    value = data.get(key) if isinstance(data, Mapping) and len(data) == 1 else None
    return value if isinstance(value, str) else None


def _sole(value: Any) -> Mapping[str, Any]:
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping) else {}


def _tag_name(tag: Any) -> str:
    return str(tag.get("name", "")) if isinstance(tag, Mapping) else str(tag)


def text_of(content: Any) -> str:
    """Content as text: a string, or the text parts of a multimodal list."""
    if isinstance(content, str):
        return content
    if isinstance(content, list | tuple):
        return "".join(_part_text(part) for part in content)
    return "" if content is None else str(content)


def _part_text(part: Any) -> str:
    return str(part.get("text", "")) if isinstance(part, Mapping) else str(part)


def _content_of(data: Any) -> str:
    return text_of(data.get("content")) if isinstance(data, Mapping) else text_of(data)


def _append(message: Fields, data: Any) -> Changes:
    added = _content_of(data)
    return {"content": message.get("content", "") + added} if added else {}


def _replace(message: Fields, data: Any) -> Changes:
    if isinstance(data, Mapping) and "content" not in data:
        return {}
    changes: Changes = {"content": _content_of(data)}
    if isinstance(data, Mapping) and isinstance(data.get("originalContent"), str):
        changes["original_content"] = data["originalContent"]
    return changes


def _status(message: Fields, data: Any) -> Changes:
    entry = dict(data) if isinstance(data, Mapping) else {"description": text_of(data)}
    return {"status_history": [*message.get("status_history", ()), entry]}


def _progress(message: Fields, data: Any) -> Changes:
    entry = _progress_entry(data)
    history = list(message.get("status_history", ()))
    for index in range(len(history) - 1, -1, -1):
        earlier = history[index]
        if _is_open_progress(earlier, entry.get("id")):
            history[index] = {**earlier, **entry}
            break
    else:
        history.append(entry)
    return {"status_history": history}


def is_finished(type: str, data: Any) -> bool:
    """Whether this status or progress says that nothing goes on any more."""
    if type == "progress":
        return bool(_progress_entry(data)["done"])
    if not isinstance(data, Mapping) or data.get("hidden"):
        return True
    done = data.get("done", True)
    return done >= 1 if isinstance(done, int | float) else bool(done)


def _is_open_progress(entry: Any, progress_id: Any) -> bool:
    return (
        isinstance(entry, Mapping) and "progress" in entry and not entry.get("done") and entry.get("id") == progress_id
    )


def _progress_entry(data: Any) -> dict[str, Any]:
    entry = dict(data) if isinstance(data, Mapping) else {"progress": data}
    percent = _percent(next((entry[key] for key in ("progress", "percent", "value") if key in entry), 0))
    entry["progress"] = percent
    entry["done"] = bool(entry["done"]) if "done" in entry else percent >= 100
    return entry


def _percent(value: Any) -> float:
    try:
        number = float(str(value).strip().rstrip("%"))
    except ValueError:
        return 0
    return 0 if math.isnan(number) else min(100, max(0, number))


def _listed(data: Any, key: str) -> list[Any]:
    """The items of an event that carries a list: under `key`, as the data itself, or a single item."""
    value = data.get(key, data if not _wraps(data, key) else []) if isinstance(data, Mapping) else data
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None or value == {} else [value]


def _wraps(data: Mapping[str, Any], key: str) -> bool:
    return key in data or set(data) <= {"replace"}


def _united(present: Sequence[Any], added: Sequence[Any]) -> list[Any]:
    """Both lists in order, where what has the same identity is there once, in its newest form."""
    united = list(present)
    places = {name: index for index, item in enumerate(united) if (name := _identity(item)) is not None}
    for item in added:
        name = _identity(item)
        if name is None:
            if item not in united:
                united.append(item)
        elif name in places:
            united[places[name]] = item
        else:
            places[name] = len(united)
            united.append(item)
    return united


def _identity(item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if not isinstance(item, Mapping):
        return None
    name = item.get("id") or item.get("url")
    return name if isinstance(name, str) else None


def _list_reducer(key: str, field: str) -> Callable[[Fields, Any], Changes]:
    def reduce(message: Fields, data: Any) -> Changes:
        items = _listed(data, key)
        if isinstance(data, Mapping) and data.get("replace"):
            return {field: items}
        return {field: _united(message.get(field, ()), items)} if items else {}

    return reduce


def _citation(message: Fields, data: Any) -> Changes:
    if isinstance(data, Mapping) and data.get("type") == "code_execution":
        extra = dict(message.get("extra", {}))
        known = extra.get("code_executions")
        extra["code_executions"] = _united(known if isinstance(known, list) else [], [dict(data)])
        return {"extra": extra}
    items = list(data) if isinstance(data, list | tuple) else [data]
    return {"sources": [*message.get("sources", ()), *items]}


def _error(message: Fields, data: Any) -> Changes:
    error = data.get("error", data) if isinstance(data, Mapping) else data
    return {"error": _error_value(error), "done": True}


def _error_value(error: Any) -> Any:
    """An error as the page shows it: a mapping with `content`."""
    if isinstance(error, Mapping):
        sentence = error.get("content") or error.get("detail") or error.get("message")
        return {**error, "content": text_of(sentence) if sentence else "The answer failed."}
    return {"content": text_of(error)}


def _follow_ups(message: Fields, data: Any) -> Changes:
    ups = data.get("follow_ups", data.get("followUps")) if isinstance(data, Mapping) else data
    return {"follow_ups": [text_of(up) for up in ups]} if isinstance(ups, list | tuple) else {}


def _favorite(message: Fields, data: Any) -> Changes:
    favorite = data.get("favorite", True) if isinstance(data, Mapping) else data
    return {"extra": {**message.get("extra", {}), "favorite": bool(favorite)}}


def _output(message: Fields, data: Any) -> Changes:
    items = _listed(data, "items")
    return {"output": _united(message.get("output", ()), items)} if items else {}


def _merge(message: Fields, data: Any) -> Changes:
    changes = data.get("changes") if isinstance(data, Mapping) else None
    return record_changes(message, changes) if isinstance(changes, Mapping) else {}


def _completion(message: Fields, data: Any) -> Changes:
    if not isinstance(data, Mapping):
        return {}
    changes = _completed_text(message, data)
    if isinstance(data.get("usage"), Mapping):
        changes["usage"] = dict(data["usage"])
    if isinstance(sources := data.get("sources"), list):
        changes["sources"] = [*message.get("sources", ()), *sources]
    if data.get("error"):
        changes |= {"error": _error_value(data["error"]), "done": True}
    if "done" in data:
        changes["done"] = bool(data["done"]) or bool(changes.get("done"))
    return changes


def _completed_text(message: Fields, data: Mapping[str, Any]) -> Changes:
    if "content" in data and data["content"] is not None:
        return {"content": text_of(data["content"])}
    added = "".join(_choice_text(choice) for choice in _listed(data.get("choices"), "choices"))
    return {"content": message.get("content", "") + added} if added else {}


def _choice_text(choice: Any) -> str:
    if not isinstance(choice, Mapping):
        return ""
    part = choice.get("delta") or choice.get("message")
    return text_of(part.get("content")) if isinstance(part, Mapping) else ""


_WIRE_NAMES = {
    "statusHistory": "status_history",
    "followUps": "follow_ups",
    "originalContent": "original_content",
}
_LISTS = frozenset({"status_history", "files", "embeds", "sources", "follow_ups", "output"})
_OWN_FIELDS = frozenset({"error", "done", "usage", "model", "original_content"}) | _LISTS
_FIXED = frozenset({"id", "chat_id", "user_id", "parentId", "parent_id", "childrenIds", "role", "timestamp"})


def record_changes(message: Fields, wire: Mapping[str, Any]) -> Changes:
    """Changes given with the names of the wire, as fields of a message; what has no column goes into `extra`."""
    changes: Changes = {}
    extra: dict[str, Any] = {}
    for name, value in wire.items():
        field = _WIRE_NAMES.get(name, name)
        if field in _FIXED:
            continue
        if field == "content":
            changes["content"] = text_of(value)
        elif field in _LISTS:
            changes[field] = list(value) if isinstance(value, list | tuple) else []
        elif field in _OWN_FIELDS:
            changes[field] = value
        else:
            extra[field] = value
    if extra:
        changes["extra"] = {**message.get("extra", {}), **extra}
    return changes


_BY_CANONICAL: dict[str, Callable[[Fields, Any], Changes]] = {
    "status": _status,
    "progress": _progress,
    "chat:message:delta": _append,
    "chat:message": _replace,
    "chat:message:files": _list_reducer("files", "files"),
    "chat:message:embeds": _list_reducer("embeds", "embeds"),
    "chat:message:error": _error,
    "chat:message:follow_ups": _follow_ups,
    "chat:message:favorite": _favorite,
    "chat:message:merge": _merge,
    "chat:completion": _completion,
    "citation": _citation,
    "action:output": _output,
}
_REDUCERS = _BY_CANONICAL | {alias: _BY_CANONICAL[name] for alias, name in ALIASES.items()}

PERSISTED = frozenset(_REDUCERS)
"""Types, aliases included, that change the message that they are sent to."""

OF_CHATS = frozenset({"chat:title", "chat:tags", "chat:completion"})
"""Types that may change the chat itself."""

EMITTED = PERSISTED | {"chat:title", "chat:tags", "notification"}
"""Types that only tell: nobody answers them, so a caller who sends one waits for nothing."""
