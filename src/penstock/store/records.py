"""The rows that the server keeps, as plain frozen records. Repositories take and give these, nothing else.

Times are epoch seconds (float). `None` means "not set"; lists and dicts are JSON.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Record(Struct, frozen=True, kw_only=True):
    """The root of all records."""


class User(Record, frozen=True, kw_only=True):
    id: str
    email: str
    name: str
    role: str  # pending, user, moderator, admin
    profile_image_url: str = "/user.png"
    settings: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    created_at: float = 0
    updated_at: float = 0
    last_active_at: float = 0


class Session(Record, frozen=True, kw_only=True):
    """One sign-in; its id is the `jti` of the token, so that signing out ends it."""

    id: str
    user_id: str
    created_at: float
    expires_at: float


class Function(Record, frozen=True, kw_only=True):
    """A function. `state` is ready, needs_configuration, quarantined (newest is bad) or failed (none is good)."""

    id: str
    user_id: str
    kind: str
    name: str
    meta: dict[str, Any] = field(default_factory=dict)  # description, manifest
    is_active: bool = False
    is_global: bool = False
    version_id: str | None = None  # the version that serves
    state: str = "ready"
    reason: str = ""
    origin_url: str = ""  # where the source came from
    origin_hash: str = ""  # sha256 of what came from there
    policy: dict[str, Any] = field(default_factory=dict)  # what an admin decided about failures and tasks (F2, F5)
    access_control: dict[str, Any] | None = None  # who may use it; None: everybody
    created_at: float = 0
    updated_at: float = 0


class FunctionVersion(Record, frozen=True, kw_only=True):
    """One immutable source. `state` is good or quarantined."""

    id: str
    function_id: str
    author_id: str
    number: int  # 1, 2, 3 ... per function
    source: str  # of a package: its `__init__.py`
    package: bytes | None = None  # the whole package as a zip, where it has several files (M6)
    message: str = ""
    description: dict[str, Any] = field(default_factory=dict)  # `penstock.functions.description.Description`
    manifest: dict[str, Any] = field(default_factory=dict)
    requirements: list[str] = field(default_factory=list)
    environment_id: str | None = None
    state: str = "good"
    reason: str = ""
    created_at: float = 0


class GivenRights(Record, frozen=True, kw_only=True):
    """What an admin has decided about a function; the rest is as the server's defaults say."""

    function_id: str
    data: dict[str, Any] = field(default_factory=dict)  # fields of `penstock.functions.rights.Rights` that are set
    updated_at: float = 0
    updated_by: str = ""


class Model(Record, frozen=True, kw_only=True):
    """An admin's record about a model: a changed pipe or provider model, or one built on another."""

    id: str
    user_id: str
    base_model_id: str | None
    name: str
    params: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    access_control: dict[str, Any] | None = None  # None: everybody
    is_active: bool = True
    created_at: float = 0
    updated_at: float = 0


class Connection(Record, frozen=True, kw_only=True):
    """An OpenAI-compatible server. `key` is stored encrypted."""

    id: str
    url: str
    key: str = ""
    prefix: str = ""
    name: str = ""
    enabled: bool = True
    model_ids: list[str] = field(default_factory=list)  # empty: what the server lists
    source: str = "admin"  # or "settings": from PENSTOCK_CONNECTIONS, read-only in the page
    created_at: float = 0
    updated_at: float = 0


class Chat(Record, frozen=True, kw_only=True):
    id: str
    user_id: str
    title: str
    current_id: str | None = None
    models: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    files: list[Any] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)  # keys of `chat` that Penstock does not know, kept as sent
    archived: bool = False
    pinned: bool = False
    share_id: str | None = None
    folder_id: str | None = None
    created_at: float = 0
    updated_at: float = 0


class Share(Record, frozen=True, kw_only=True):
    """A chat as it was when its owner shared it."""

    id: str
    chat_id: str
    user_id: str
    title: str
    chat: dict[str, Any] = field(default_factory=dict)  # as the API shows a chat
    created_at: float = 0
    updated_at: float = 0


class Message(Record, frozen=True, kw_only=True):
    """One message of a chat; `parent_id` makes the tree. What events build up stands in columns of its own."""

    id: str
    chat_id: str
    user_id: str
    parent_id: str | None
    role: str
    content: str = ""
    model: str | None = None
    timestamp: float = 0
    done: bool = True
    error: Any = None  # {"content": sentence, ...}
    status_history: list[Any] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    embeds: list[Any] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)
    follow_ups: list[str] = field(default_factory=list)
    output: list[Any] = field(default_factory=list)  # results of actions shown under the message, see docs/events.md
    usage: dict[str, Any] | None = None
    original_content: str | None = None  # before an action replaced it; undo puts it back
    extra: dict[str, Any] = field(default_factory=dict)  # further keys as sent (`modelName`, `models`, `favorite` ...)
    created_at: float = 0
    updated_at: float = 0


class MessageEvent(Record, frozen=True, kw_only=True):
    """One event, as it went to the sockets; `id` grows, so that a client can ask for what it missed."""

    id: int
    user_id: str
    chat_id: str
    message_id: str
    run_id: str | None
    type: str
    data: Any
    created_at: float


class File(Record, frozen=True, kw_only=True):
    id: str
    user_id: str
    filename: str
    path: str  # below the data folder
    size: int
    content_type: str
    hash: str
    meta: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    created_at: float = 0
    updated_at: float = 0


class RunRecord(Record, frozen=True, kw_only=True):
    """One invocation. `state` is running, background, done, failed, cancelled or interrupted (the server stopped)."""

    id: str
    function_id: str
    version_id: str
    hook: str
    user_id: str
    trigger: str  # click, api, completion, save, pipes, cli ...
    state: str  # queued, running, background, done, failed, cancelled, interrupted
    chat_id: str | None = None
    message_id: str | None = None
    idempotency_key: str | None = None
    started_at: float = 0
    ended_at: float | None = None
    result: Any = None  # what the hook returned, cut to a bounded size
    notes: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None  # code, message, type, line, traceback


class RunLog(Record, frozen=True, kw_only=True):
    run_id: str
    time: float
    level: str
    text: str
    thread: str


class Question(Record, frozen=True, kw_only=True):
    """Something a run asked a person. `state` is open, answered, cancelled or expired."""

    id: str
    run_id: str
    user_id: str
    chat_id: str | None
    message_id: str | None
    type: str
    data: dict[str, Any]
    state: str = "open"
    answer: Any = None
    created_at: float = 0
    deadline: float = 0
    answered_at: float | None = None


class Audit(Record, frozen=True, kw_only=True):
    time: float
    user_id: str
    what: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)


class Memory(Record, frozen=True, kw_only=True):
    """Something that a user wants models to know."""

    id: str
    user_id: str
    content: str
    created_at: float = 0
    updated_at: float = 0


class Folder(Record, frozen=True, kw_only=True):
    """A place for chats."""

    id: str
    user_id: str
    parent_id: str | None
    name: str
    data: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    is_expanded: bool = False
    created_at: float = 0
    updated_at: float = 0


class Group(Record, frozen=True, kw_only=True):
    """Users who share rights."""

    id: str
    name: str
    description: str = ""
    permissions: dict[str, Any] = field(default_factory=dict)
    user_ids: list[str] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    created_at: float = 0
    updated_at: float = 0
