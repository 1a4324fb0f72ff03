"""Answers under way, and small questions about a chat: `/api/tasks`, `/api/v1/tasks`."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from penstock.api.access import AdminUser, CurrentUser, ServicesDep, request_info
from penstock.api.completions import read_body
from penstock.api.errors import answer
from penstock.errors import NotFound

router = APIRouter(tags=["tasks"])

CONFIG = "tasks.config"
DEFAULTS: dict[str, Any] = {
    "TASK_MODEL": "",
    "TASK_MODEL_EXTERNAL": "",
    "ENABLE_TITLE_GENERATION": True,
    "ENABLE_TAGS_GENERATION": True,
    "ENABLE_FOLLOW_UP_GENERATION": True,
    "ENABLE_AUTOCOMPLETE_GENERATION": False,
    "ENABLE_SEARCH_QUERY_GENERATION": False,
    "ENABLE_RETRIEVAL_QUERY_GENERATION": False,
}
TASKS = {"title": "title_generation", "tags": "tags_generation", "follow_up": "follow_up_generation"}


@router.post("/api/tasks/stop/{task_id}")
async def stop(task_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """Stop an answer, or a run by its id."""
    try:
        services.completions.tasks.stop(task_id, user)
    except NotFound:
        await services.runs.cancel(task_id, user)
    return {"status": True, "message": f"Task {task_id} is being stopped."}


@router.get("/api/tasks/chat/{chat_id}")
async def of_chat(chat_id: str, user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    """What is being written in a chat."""
    return {"task_ids": services.completions.tasks.of_chat(chat_id, user)}


@router.get("/api/tasks")
async def of_user(user: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return {"tasks": services.completions.tasks.of_user(user)}


@router.get("/api/v1/tasks/config")
async def config(_: CurrentUser, services: ServicesDep) -> dict[str, Any]:
    return {**DEFAULTS, **await services.store.settings.get(CONFIG, {})}


@router.post("/api/v1/tasks/config/update")
async def change_config(body: dict[str, Any], user: AdminUser, services: ServicesDep) -> dict[str, Any]:
    known = await config(user, services)
    await services.store.settings.set(CONFIG, {**known, **body})
    return await config(user, services)


@router.post("/api/v1/tasks/{noun}/completions")
async def ask(noun: str, request: Request, user: CurrentUser, services: ServicesDep) -> Response:
    """Ask a model for a title, tags or follow-ups of a conversation: `{"model", "messages"}`."""
    if noun not in TASKS:
        raise NotFound(f"There is no task '{noun}'.", hint=f"There are {', '.join(TASKS)}.")
    body = await read_body(request)
    return answer(200, await services.completions.ask_about(TASKS[noun], body, user, partial(request_info, request)))
