"""All routers, one noun each, in the order in which they are asked."""

from __future__ import annotations

from fastapi import APIRouter

from penstock.api import (
    actions,
    auths,
    chats,
    completions,
    config,
    connections,
    environments,
    events,
    examples,
    files,
    folders,
    function_history,
    function_rights,
    function_valves,
    functions,
    groups,
    memories,
    messages,
    models,
    openai,
    pictures,
    questions,
    runs,
    system,
    tasks,
    users,
)

ROUTERS: tuple[APIRouter, ...] = (
    actions.router,  # first, since every look at a route that does not fit costs time
    auths.router,
    config.router,
    chats.router,
    messages.router,
    files.router,
    folders.router,
    pictures.router,
    users.router,
    groups.router,
    memories.router,
    functions.router,
    function_valves.router,
    function_rights.router,
    function_history.router,
    examples.router,
    environments.router,
    system.router,
    questions.router,
    runs.router,
    events.router,
    completions.router,
    tasks.router,
    connections.router,
    models.router,
    openai.router,
)
