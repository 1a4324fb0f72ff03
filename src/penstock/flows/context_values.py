"""What a hook may ask for by name (spec I1), made only where its signature declares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from penstock.functions.description import Description
from penstock.store.records import User

CREDENTIALS = frozenset({"authorization", "cookie", "x-api-key", "proxy-authorization"})
ONLY_BY_NAME = frozenset({"body", "task_body"})  # never through **kwargs: they repeat the first argument


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """What a function may know of the HTTP request that led to its run."""

    method: str = "POST"
    url: str = ""
    base_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: tuple[str, int] | None = None


def build(description: Description, hook: str, *, user: User, id: str, **values: Any) -> dict[str, Any]:
    """The `context` of a call: those of `values` that `hook` declares, without the underscores.

    Known names: model, metadata, request (a `RequestInfo`, or what makes one), chat_id, session_id, message_id,
    messages, files, tools, task, task_body, features, body, oauth_token, event_name. A hook with `**kwargs` gets all
    of them. The token of the run is added to `request` by `penstock.flows.runs.Runs`.
    """
    declared = description.hooks.get(hook, ())
    takes_rest = "**" in declared
    context: dict[str, Any] = {}
    if takes_rest or "__user__" in declared:
        context["user"] = user_values(user)
    if takes_rest or "__id__" in declared:
        context["id"] = id
    for name, value in values.items():
        if f"__{name}__" in declared or (takes_rest and name not in ONLY_BY_NAME and value is not None):
            context[name] = request_values(value) if name == "request" else value
    if "request" not in context and "__app__" in declared:
        context["request"] = request_values(values.get("request"))
    return context


def user_values(user: User) -> dict[str, Any]:
    """The user as functions of Open WebUI read it; `valves` is added in the worker."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "profile_image_url": user.profile_image_url,
        "settings": user.settings,
        "info": user.info,
        "created_at": int(user.created_at),
        "updated_at": int(user.updated_at),
        "last_active_at": int(user.last_active_at),
    }


def request_values(given: RequestInfo | Callable[[], RequestInfo] | None) -> dict[str, Any]:
    """The request as plain values, without the credentials that it came with (spec I5)."""
    request = given() if callable(given) else given or RequestInfo()
    return {
        "method": request.method,
        "url": request.url,
        "base_url": request.base_url,
        "headers": {name: value for name, value in request.headers.items() if name not in CREDENTIALS},
        "cookies": {name: value for name, value in request.cookies.items() if name != "token"},
        "client": list(request.client) if request.client else None,
    }


def with_run_token(request: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The same request, signed in with the token of the run."""
    return {
        **request,
        "headers": {**request["headers"], "authorization": f"Bearer {token}"},
        "cookies": {**request["cookies"], "token": token},
    }
