"""Records for tests, with what does not matter filled in."""

from __future__ import annotations

from typing import Any

from penstock.store.records import Chat, Function, FunctionVersion, Message, Question, RunRecord


def function(id: str = "greet", **more: Any) -> Function:
    return Function(**{"id": id, "user_id": "admin", "kind": "action", "name": id.title(), **more})


def version(id: str, function_id: str = "greet", **more: Any) -> FunctionVersion:
    known = {"id": id, "function_id": function_id, "author_id": "admin", "number": 0, "source": f"# {id}"}
    return FunctionVersion(**{**known, **more})


def chat(id: str, user_id: str, **more: Any) -> Chat:
    return Chat(**{"id": id, "user_id": user_id, "title": f"Chat {id}", **more})


def message(id: str, chat_id: str, parent_id: str | None = None, **more: Any) -> Message:
    known = {"id": id, "chat_id": chat_id, "user_id": "ann", "parent_id": parent_id, "role": "user"}
    return Message(**{**known, **more})


def run(id: str, **more: Any) -> RunRecord:
    known = {"function_id": "greet", "version_id": "v1", "hook": "action", "user_id": "ann", "trigger": "click"}
    return RunRecord(**{"id": id, "state": "running", **known, **more})


def question(id: str, **more: Any) -> Question:
    known = {"run_id": "r", "user_id": "ann", "chat_id": "c", "message_id": "m", "type": "input", "data": {}}
    return Question(**{"id": id, **known, **more})
