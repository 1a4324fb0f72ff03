"""What a caller asked of `POST /api/chat/completions`, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from penstock.errors import BadRequest
from penstock.flows.context_values import RequestInfo
from penstock.realtime.hub import Target
from penstock.store.records import User

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
ONLY_PENSTOCK = frozenset(
    {"session_id", "chat_id", "id", "parent_id", "filter_ids", "variables", "background_tasks", "user_message"}
    | {"model_item", "params", "metadata"}
)
"""Keys that say where an answer goes; neither filters nor models see them in the body."""

PAGE_FEATURES = {"voice": False, "image_generation": False, "code_interpreter": False, "web_search": False}
"""Features that functions expect to find switched on or off in every request of a page."""

UNTIL_INLET = frozenset({"files", "features", "tool_ids", "tool_servers", "metadata"})
"""Keys that inlet filters see in the body; models find them in the metadata."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UserMessage:
    """A message that the page sends along, to be stored before it is answered."""

    id: str
    parent_id: str | None
    content: str
    files: list[Any]


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One request. `body` is what goes to filters and to the model; `browser` says where the answer goes."""

    body: dict[str, Any]
    model_id: str
    messages: list[dict[str, Any]] | None
    stream: bool
    browser: bool
    chat_id: str | None = None
    message_id: str | None = None
    session_id: str | None = None
    parent_id: str | None = None
    filter_ids: list[str] | None = None
    tool_ids: list[str] | None = None  # an empty list is none, whatever the model has
    files: list[Any] = field(default_factory=list)
    features: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    background_tasks: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    user_message: UserMessage | None = None
    task: str | None = None
    task_body: Any = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and through which functions (spec H1): those are not called again as filters."""

    user: User
    request: RequestInfo | Callable[[], RequestInfo] | None = None
    callers: tuple[str, ...] = ()
    depth: int = 0  # how many completions this one is inside of
    target: Target | None = None  # where events go when the request itself names no chat
    bypass_filters: bool = False  # a function asks the bare model
    bypass_system_prompt: bool = False
    by_run: bool = False  # the request came with the token of a run
    is_task: bool = False  # a title, tags ...: only filters whose policy says so act


def read(body: Any, *, from_page: bool = True) -> CompletionRequest:
    """Check a body. Raises `BadRequest` with a sentence that names what is wrong.

    Only a page may have the answer written into a message; to others, the same keys are metadata.
    """
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object with `model` and `messages`.")
    session_id, message_id = _text(body, "session_id"), _text(body, "id")
    user_message = _user_message(body)
    browser = bool(from_page and session_id and message_id and (body.get("chat_id") or user_message))
    messages = _messages(body.get("messages"), optional=browser)
    stream = _of(body, "stream", bool, browser)
    metadata = _of(body, "metadata", dict, {})
    task = metadata.get("task")
    features = {**(PAGE_FEATURES if browser else {}), **_of(body, "features", dict, {})}
    passed = {key: value for key, value in body.items() if key not in ONLY_PENSTOCK}
    return CompletionRequest(
        body={**passed, "features": features} if features else passed,
        model_id=_model_id(body),
        messages=messages,
        stream=stream,
        browser=browser,
        chat_id=_text(body, "chat_id"),
        message_id=message_id,
        session_id=session_id,
        parent_id=_text(body, "parent_id"),
        filter_ids=_texts(body, "filter_ids") if body.get("filter_ids") is not None else None,
        tool_ids=_texts(body, "tool_ids") if body.get("tool_ids") is not None else None,
        files=_of(body, "files", list, []),
        features=features,
        variables=_of(body, "variables", dict, {}),
        background_tasks=_of(body, "background_tasks", dict, {}),
        params=_of(body, "params", dict, {}),
        user_message=user_message,
        task=str(task) if task else None,
        task_body=metadata.get("task_body"),
    )


def _model_id(body: Mapping[str, Any]) -> str:
    model_id = body.get("model")
    if not isinstance(model_id, str) or not model_id.strip():
        raise BadRequest("`model` must name the model that answers.", hint="See `GET /api/models` for those there are.")
    return model_id


def _messages(value: Any, *, optional: bool) -> list[dict[str, Any]] | None:
    if value is None and optional:
        return None
    if not isinstance(value, list):
        missing = "is missing" if value is None else "is not a list"
        raise BadRequest(f"`messages` {missing}; send a list such as [{{'role': 'user', 'content': 'Hello'}}].")
    if not value:
        raise BadRequest("`messages` is empty; send at least one message.")
    for index, message in enumerate(value):
        _check_message(f"messages[{index}]", message)
    return value


def _check_message(place: str, message: Any) -> None:
    if not isinstance(message, dict):
        raise BadRequest(f"`{place}` must be an object with `role` and `content`.")
    role = message.get("role")
    if role not in ROLES:
        raise BadRequest(f"`{place}.role` is {role!r}; it must be one of {', '.join(sorted(ROLES))}.")
    content = message.get("content")
    if content is not None and not isinstance(content, str | list):
        raise BadRequest(f"`{place}.content` must be a text or a list of parts.")


def _user_message(body: Mapping[str, Any]) -> UserMessage | None:
    value = _of(body, "user_message", dict, {})
    if not value:
        return None
    message_id, content = value.get("id"), value.get("content", "")
    if not isinstance(message_id, str) or not message_id or not isinstance(content, str):
        raise BadRequest("`user_message` needs an `id` and a `content`, both texts.")
    parent_id = value.get("parentId", value.get("parent_id"))
    files = value.get("files")
    return UserMessage(message_id, parent_id or None, content, files if isinstance(files, list) else [])


def _of(body: Mapping[str, Any], key: str, kind: type[T], default: T) -> T:
    value = body.get(key)
    if value is None:
        return default
    if not isinstance(value, kind):
        wanted = {"bool": "true or false", "dict": "an object", "list": "a list"}[kind.__name__]
        raise BadRequest(f"`{key}` must be {wanted}.")
    return value


def _text(body: Mapping[str, Any], key: str) -> str | None:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"`{key}` must be a text.")
    return value or None


def _texts(body: Mapping[str, Any], key: str) -> list[str]:
    value: Sequence[Any] = _of(body, key, list, [])
    if not all(isinstance(entry, str) for entry in value):
        raise BadRequest(f"`{key}` must be a list of texts.")
    return [str(entry) for entry in value]
