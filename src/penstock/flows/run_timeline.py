"""What happened in a run, in order: what it emitted, asked people and asked the server for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from penstock.flows.redaction import HIDDEN
from penstock.flows.run_trace import ARGUMENTS, CALL, USAGE, Cutter
from penstock.store import Store
from penstock.store.records import MessageEvent, Question, RunLog, RunRecord
from penstock.store.runs import TRACE

MOST = 2_000  # events of one run that are looked at
MOST_DATA = 2_000  # characters of one event or question
EVENT = "event"
SECRET_INPUT = "password"
STREAMED = frozenset({"message", "chat:message:delta", "chat:completion", "reasoning", "progress"})


@dataclass(frozen=True, slots=True)
class Timeline:
    """`steps` are in order; `arguments` and `usage` are None where nothing was kept."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    arguments: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None


async def timeline(store: Store, record: RunRecord) -> Timeline:
    """Everything that is kept of a run but its log."""
    trace = _read(await store.runs.logs(record.id, thread=TRACE))
    steps = [step for level, step in trace if level == CALL]
    steps += [_question(question) for question in await store.questions.of_run(record.id)]
    steps += [_event(event) for event in await store.events.of_run(record.user_id, record.id, MOST)]
    steps += [_unseen(line) for line in await store.runs.logs(record.id) if line.level == EVENT]
    steps.sort(key=lambda step: float(step["time"]))
    first = {level: step for level, step in reversed(trace) if level != CALL}
    return Timeline(_together(steps), first.get(ARGUMENTS), first.get(USAGE))


def _read(lines: Iterable[RunLog]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for line in lines:
        with contextlib.suppress(msgspec.DecodeError):
            found.append((line.level, {"kind": line.level, "time": line.time, **msgspec.json.decode(line.text)}))
    return found


def _event(event: MessageEvent) -> dict[str, Any]:
    data = Cutter(MOST_DATA).cut(event.data)
    return {"kind": EVENT, "time": event.created_at, "name": event.type, "data": data}


def _unseen(line: RunLog) -> dict[str, Any]:
    """An event that nobody was there to see stands in the log as `type data`."""
    name, _, text = line.text.partition(" ")
    data: Any = text
    with contextlib.suppress(msgspec.DecodeError):
        data = msgspec.json.decode(text)
    return {"kind": EVENT, "time": line.time, "name": name, "data": Cutter(MOST_DATA).cut(data)}


def _question(question: Question) -> dict[str, Any]:
    asked = Cutter(MOST_DATA).cut(question.data)
    answer = Cutter(MOST_DATA).cut(question.answer)
    return {
        "kind": "question",
        "time": question.created_at,
        "name": question.type,
        "data": asked,
        "state": question.state,
        "answer": HIDDEN if answer is not None and _is_secret(question.data) else answer,
        "took": None if question.answered_at is None else question.answered_at - question.created_at,
    }


def _is_secret(data: Any) -> bool:
    """Whether some input of the question hides what is typed."""
    if isinstance(data, Mapping):
        return any(
            (key in ("type", "format") and value == SECRET_INPUT) or (key in ("secret", "writeOnly") and value is True)
            for key, value in data.items()
        ) or any(_is_secret(value) for value in data.values())
    return isinstance(data, list) and any(_is_secret(item) for item in data)


def _together(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events of the same kind in a row become one, with how many there were; the last one's data stays."""
    found: list[dict[str, Any]] = []
    for step in steps:
        last = found[-1] if found else None
        if last and step["kind"] == EVENT == last["kind"] and step["name"] == last["name"] in STREAMED:
            found[-1] = {**step, "time": last["time"], "until": step["time"], "count": last.get("count", 1) + 1}
        else:
            found.append(step)
    return found
