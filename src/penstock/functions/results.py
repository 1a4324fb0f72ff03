"""What the return value of an action means (spec A5). Pure: it says what is to be done and does none of it.

`interpret` never drops anything silently: what it does not recognise stands in `notes`, which the author reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock.functions.charts import chart_of
from penstock.functions.events import EMITTED, text_of
from penstock.functions.exports import exported
from penstock.functions.result_files import ReturnedFile, read_files

SUCCESS_STATES = frozenset({"success", "ok", "done", "completed", "complete"})
FAILED_STATES = frozenset({"error", "failed", "failure"})
CANCELLED_STATES = frozenset({"cancelled", "canceled"})
TOASTS = {"success": "success", "error": "error", "info": "info", "warning": "warning"}
EMBEDDED = {
    "status": "success",
    "code": "ui_component",
    "message": "What the action made is shown under the message.",
}
_KNOWN = frozenset({"messages", "content", "metadata", "message", "success", "data", "format", "error", "traceback"})
_KNOWN |= {"status", "files", "embeds", "html", "title", "filename", "code", "hint", "chart"}
_SEEN = EMITTED | {"execute", "download", "copy", "open"}
_OF_A_BODY = frozenset({"model", "chat_id", "session_id", "id", "message_id"})


@dataclass(frozen=True, slots=True)
class Toast:
    kind: str  # success, error, info, warning
    content: str


@dataclass(frozen=True, slots=True)
class OutputItem:
    """Data shown under the message; `file` is offered as a download beside it."""

    kind: str  # table, json, text, chart, download
    data: Any
    title: str = ""
    file: ReturnedFile | None = None
    chart: dict[str, Any] | None = None  # how the data is drawn, for the kind of that name


@dataclass(slots=True)
class ActionOutcome:
    """What is to be done with a return value. `changes` are by message id, with the names of the wire."""

    response: Any
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    toast: Toast | None = None
    output: list[OutputItem] = field(default_factory=list)
    files: list[ReturnedFile] = field(default_factory=list)
    embeds: list[Any] = field(default_factory=list)
    events: list[tuple[str, Any]] = field(default_factory=list)
    error: str | None = None
    status: str = "done"  # done, failed, cancelled
    status_code: int = 200  # of the HTTP answer to whoever asked for the run
    notes: list[str] = field(default_factory=list)

    def change(self, message_id: Any, **changes: Any) -> None:
        if isinstance(message_id, str) and message_id:
            self.changes.setdefault(message_id, {}).update(changes)


def interpret(form: str, value: Any, sent: Any) -> ActionOutcome:
    """Read a result frame. `sent` is the body that the action was called with."""
    outcome = ActionOutcome(value)
    body: Mapping[str, Any] = sent if isinstance(sent, Mapping) else {}
    if form == "response":
        return _answered(value, sent)
    if form == "html":
        _html(outcome, value)
    elif form == "file":
        outcome.files.extend(read_files([value], outcome.notes))
        outcome.response = {"status": "success"}
    elif form == "opaque":
        outcome.notes.append(f"The action returned {value.get('type')}, which has no meaning here: {value.get('text')}")
        outcome.response = None
    elif isinstance(value, str):
        _text(outcome, value, body)
    elif isinstance(value, Mapping):
        _mapping(outcome, value, body)
    elif isinstance(value, list):
        _list(outcome, value, body)
    elif value is not None:
        outcome.notes.append(f"The action returned {value!r}, which has no meaning here.")
    return outcome


def _answered(value: Mapping[str, Any], sent: Any) -> ActionOutcome:
    """An HTTP answer with a status of its own. A redirection becomes a link: nobody is sent away from a chat."""
    if place := value.get("location"):
        outcome = ActionOutcome({"status": "success", "redirect": place})
        outcome.files.extend(read_files([{"url": str(place)}], outcome.notes))
        return outcome
    outcome = interpret("json", value.get("body"), sent)
    outcome.status_code = int(value["status"])
    if outcome.status_code >= 400 and outcome.status == "done":
        outcome.status = "failed"
        outcome.changes.clear()
        said = value.get("body")
        outcome.error = _sentence(said) or f"The action answered with status {outcome.status_code}."
        outcome.toast = Toast("error", outcome.error)
    return outcome


def _html(outcome: ActionOutcome, value: Mapping[str, Any]) -> None:
    outcome.embeds.append(value.get("html", ""))
    context = value.get("context")
    outcome.response = dict(EMBEDDED) if context is None else context


def _text(outcome: ActionOutcome, value: str, body: Mapping[str, Any]) -> None:
    if not value:
        outcome.notes.append("The action returned an empty text; the message was left as it is.")
    elif value != body.get("content"):
        outcome.change(body.get("id"), content=value)


def _list(outcome: ActionOutcome, value: list[Any], body: Mapping[str, Any]) -> None:
    known = {message.get("id") for message in _messages(body)}
    if value and all(isinstance(item, Mapping) and item.get("id") in known for item in value):
        _merge(outcome, value, body)
    elif value:
        outcome.output.append(_item(value, {}, outcome.notes))
    else:
        outcome.notes.append("The action returned an empty list, which has no meaning here.")


def _mapping(outcome: ActionOutcome, value: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    if _is_event(value):
        _event(outcome, value["type"], value.get("data"))
        return
    if set(value) == {"columns", "rows"}:
        outcome.output.append(OutputItem("table", dict(value)))
        return
    is_body = _is_body(value, body)
    fresh = {key: item for key, item in value.items() if not (is_body and key in body and body[key] == item)}
    if isinstance(fresh.get("messages"), list):
        _merge(outcome, fresh["messages"], body)
    _content(outcome, fresh, body)
    _files(outcome, fresh)
    _data(outcome, fresh)
    _words(outcome, fresh)
    unknown = [str(key) for key in fresh if key not in _KNOWN]
    if unknown and not is_body:
        outcome.notes.append(f"Keys that have no meaning in a returned object: {', '.join(sorted(unknown))}.")


def _is_event(value: Mapping[str, Any]) -> bool:
    return set(value) <= {"type", "data"} and isinstance(value.get("type"), str)


def _event(outcome: ActionOutcome, event_type: str, data: Any) -> None:
    """Emit it; what came with a type that no page knows would be seen by nobody, so it is shown as well."""
    outcome.events.append((event_type, data))
    if event_type in _SEEN:
        return
    if isinstance(data, Mapping) and set(data) == {"message"}:
        _words(outcome, data)
    else:
        _data(outcome, {"data": data})


def _is_body(value: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether the action gave back the body that it got, changed or not."""
    return bool(body) and isinstance(value.get("messages"), list) and not _OF_A_BODY.isdisjoint(value)


def _messages(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    messages = body.get("messages")
    return [message for message in messages if isinstance(message, Mapping)] if isinstance(messages, list) else []


def _merge(outcome: ActionOutcome, returned: Sequence[Any], body: Mapping[str, Any]) -> None:
    """Messages that differ from those that were sent, by id, or by place where the author left ids out."""
    sent = _messages(body)
    by_id = {message.get("id"): message for message in sent}
    for place, message in enumerate(returned):
        if not isinstance(message, Mapping):
            outcome.notes.append(f"Message {place + 1} of `messages` is not an object.")
            continue
        message_id = message.get("id")
        if message_id is None and len(returned) == len(sent):
            message_id = sent[place].get("id")
        before = by_id.get(message_id, {})
        changes = {key: item for key, item in message.items() if key != "id" and before.get(key) != item}
        if message_id is None and changes:
            outcome.notes.append(f"Message {place + 1} of `messages` has no id, so nothing could be changed.")
        elif changes:
            outcome.change(message_id, **changes)


def _content(outcome: ActionOutcome, fresh: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    clicked = body.get("id")
    content = fresh.get("content")
    if content is not None:
        merged = outcome.changes.get(str(clicked), {})
        if "content" not in merged and content != body.get("content"):
            outcome.change(clicked, content=text_of(content))
        if isinstance(metadata := fresh.get("metadata"), Mapping):
            outcome.change(clicked, metadata=dict(metadata))


def _files(outcome: ActionOutcome, fresh: Mapping[str, Any]) -> None:
    if (files := fresh.get("files")) is not None:
        outcome.files.extend(read_files(files if isinstance(files, list) else [files], outcome.notes))
    embeds = fresh.get("embeds")
    outcome.embeds.extend(embeds if isinstance(embeds, list) else [embeds] if embeds else [])
    if isinstance(html := fresh.get("html"), str) and html:
        outcome.embeds.append(html)


def _data(outcome: ActionOutcome, fresh: Mapping[str, Any]) -> None:
    data = fresh.get("data")
    if data is not None and data != {} and data != []:
        outcome.output.append(_item(data, fresh, outcome.notes))


def _item(data: Any, fresh: Mapping[str, Any], notes: list[str]) -> OutputItem:
    title = fresh.get("title")
    wanted = fresh.get("format")
    file = None
    if isinstance(wanted, str) and wanted.strip():
        content, content_type = exported(data, wanted)
        name = fresh.get("filename")
        extension = wanted.strip().lower().lstrip(".")
        file = ReturnedFile(str(name) if name else f"export.{extension}", content_type, content)
    chart = chart_of(fresh["chart"], data, notes) if fresh.get("chart") is not None else None
    kind = "chart" if chart else _kind_of(data)
    return OutputItem(kind, data, title if isinstance(title, str) else "", file, chart)


def _kind_of(data: Any) -> str:
    if isinstance(data, list) and data and all(isinstance(row, Mapping) for row in data):
        return "table"
    if isinstance(data, Mapping) and set(data) == {"columns", "rows"}:
        return "table"
    return "json" if isinstance(data, Mapping | list) else "text"


def _words(outcome: ActionOutcome, fresh: Mapping[str, Any]) -> None:
    """What the returned object says of how it went."""
    state = str(fresh.get("status", "")).lower() if isinstance(fresh.get("status"), str) else ""
    error = fresh.get("error")
    message = fresh.get("message")
    if isinstance(message, Mapping):
        outcome.change(message.get("id"), **{key: item for key, item in message.items() if key != "id"})
        message = None
    if state in CANCELLED_STATES:
        outcome.status = "cancelled"
    if error or fresh.get("success") is False or state in FAILED_STATES:
        outcome.status = "failed"
        outcome.error = _sentence(error) or _sentence(message) or "The action says that it failed."
        outcome.toast = Toast("error", outcome.error)
    elif sentence := _sentence(message):
        outcome.toast = Toast(_toast_kind(fresh, state), sentence)
    elif state and outcome.status == "done" and state not in SUCCESS_STATES:
        outcome.notes.append(f"The returned status {state!r} has no meaning here.")


def _sentence(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("message") or value.get("detail") or value.get("content") or value
    return "" if value is None or isinstance(value, bool) else text_of(value).strip()


def _toast_kind(fresh: Mapping[str, Any], state: str) -> str:
    if fresh.get("success") is True or state in SUCCESS_STATES:
        return "success"
    return TOASTS.get(state, "info")
