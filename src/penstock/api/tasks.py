"""Answers under way, and small questions about a chat: `/api/tasks`, `/api/v1/tasks`."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from penstock.api.access import AdminUser, CurrentUser, ServicesDep, request_info
from penstock.api.answers.models import Completion, CompletionRequest, SwitchedOff, TaskConfig, TaskIds, Tasks, TaskStop
from penstock.api.completions import read_body
from penstock.api.documented import documented
from penstock.api.errors import answer
from penstock.errors import NotFound, ProviderError
from penstock.flows import task_settings

router = APIRouter(tags=["tasks"])

TASKS = {
    "title": "title_generation",
    "tags": "tags_generation",
    "follow_up": "follow_up_generation",
    "follow_ups": "follow_up_generation",
    "queries": "query_generation",
}


@router.post("/api/tasks/stop/{task_id}")
@documented("Stop an answer or a run", TaskStop)
async def stop(task_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """Stop an answer, or a run by its id."""
    try:
        services.completions.tasks.stop(task_id, user)
    except NotFound:
        await services.runs.cancel(task_id, user)
    return {"status": True, "message": f"Task {task_id} is being stopped."}


@router.get("/api/tasks/chat/{chat_id}")
@documented("What is being written in a chat", TaskIds)
async def of_chat(chat_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """What is being written in a chat."""
    return {"task_ids": services.completions.tasks.of_chat(chat_id, user)}


@router.get("/api/tasks")
@documented("What is being written for me", Tasks)
async def of_user(user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return {"tasks": services.completions.tasks.of_user(user)}


@router.get("/api/v1/tasks/config")
@documented("Read the settings of tasks", TaskConfig)
async def config(_: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return await task_settings.read(services.store)


@router.post("/api/v1/tasks/config/update")
@documented("Change the settings of tasks", TaskConfig)
async def change_config(body: dict[str, Any], _: AdminUser, services: ServicesDep) -> dict[str, Any]:
    """Change what is named; null goes back to the default."""
    return await task_settings.change(services.store, body)


@router.post("/api/v1/tasks/{noun}/completions")
@documented(
    "Ask for a title, tags, follow-ups or queries",
    Completion,
    SwitchedOff,
    body=CompletionRequest,
    errors=[ProviderError],
)
async def ask(noun: str, request: Request, user: CurrentUser, services: ServicesDep) -> Response:
    """Ask a model for a title, tags, follow-ups or queries about a conversation: `{"model", "messages"}`."""
    if noun not in TASKS:
        raise NotFound(f"There is no task '{noun}'.", hint=f"There are {', '.join(TASKS)}.")
    body, task = await read_body(request), TASKS[noun]
    if isinstance(body, dict) and not task_settings.is_on(await task_settings.read(services.store), task, body):
        return answer(200, {"detail": f"The task '{noun}' is switched off."})
    return answer(200, await services.completions.ask_about(task, body, user, partial(request_info, request)))
