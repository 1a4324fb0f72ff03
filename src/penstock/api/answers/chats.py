"""Chats, their messages, shares and folders."""

from typing import Any, NotRequired, TypedDict


class ChatSummary(TypedDict):
    """A chat in a list. Times are epoch seconds."""

    id: str
    title: str
    updated_at: int
    created_at: int
    archived: bool
    pinned: bool
    folder_id: str | None
    share_id: str | None


class StatusItem(TypedDict):
    """One line of what a run does just now."""

    description: NotRequired[str]
    done: NotRequired[bool | float | None]
    hidden: NotRequired[bool | None]
    level: NotRequired[str]
    action: NotRequired[str | None]
    urls: NotRequired[list[str] | None]
    progress: NotRequired[float]


class FileItem(TypedDict):
    """A file of a message or a chat."""

    id: NotRequired[str]
    type: NotRequired[str]
    name: NotRequired[str]
    url: NotRequired[str]
    size: NotRequired[float | None]
    content_type: NotRequired[str]


class SourceName(TypedDict):
    """Where passages come from."""

    name: NotRequired[str]
    url: NotRequired[str]
    id: NotRequired[str]


class SourceItem(TypedDict):
    """Something that an answer rests on: passages (`document`) with their `metadata`, one to one."""

    source: NotRequired[SourceName]
    document: NotRequired[list[str]]
    metadata: NotRequired[list[dict[str, Any]]]
    distances: NotRequired[list[float] | None]


class OutputFile(TypedDict):
    """A stored file of a result."""

    id: NotRequired[str]
    name: str
    url: str


class OutputItem(TypedDict):
    """A result of an action, as it stands under its message: `text`, `table`, `json`, `chart`, `image`, `file` ..."""

    id: NotRequired[str]
    kind: str
    title: NotRequired[str | None]
    data: NotRequired[Any]
    file: NotRequired[OutputFile | None]
    source: NotRequired[str | None]
    chart: NotRequired[Any]  # how the data of a chart is drawn


class MessageError(TypedDict):
    """Why there is no answer, or no whole one."""

    content: NotRequired[str]
    code: NotRequired[str]
    hint: NotRequired[str]


class EmbedItem(TypedDict):
    """Something to show in a frame: HTML, or an address."""

    html: NotRequired[str]
    content: NotRequired[str]
    url: NotRequired[str]


class ChatMessage(TypedDict):
    """One message. What is empty is left out; keys that clients added come back as they were sent."""

    id: str
    parentId: str | None
    childrenIds: list[str]
    role: str
    content: str
    timestamp: int
    done: NotRequired[bool]
    model: NotRequired[str]
    modelName: NotRequired[str]
    statusHistory: NotRequired[list[StatusItem]]
    reasoning: NotRequired[str]
    sources: NotRequired[list[SourceItem]]
    files: NotRequired[list[FileItem]]
    embeds: NotRequired[list[str | EmbedItem]]
    output: NotRequired[list[OutputItem]]
    followUps: NotRequired[list[str]]
    usage: NotRequired[dict[str, Any]]
    error: NotRequired[bool | str | MessageError]
    originalContent: NotRequired[str]
    favorite: NotRequired[bool]


class History(TypedDict):
    """All messages by id, and the last one of the branch that is shown."""

    currentId: str | None
    messages: dict[str, ChatMessage]


class ChatDocument(TypedDict):
    """What was said. `messages` is the shown branch as a list; keys that clients added come back as they were sent."""

    id: NotRequired[str]
    title: str
    models: list[str]
    params: dict[str, Any]
    files: list[FileItem]
    tags: list[str]
    timestamp: int
    history: History
    messages: NotRequired[list[ChatMessage]]


class ActiveRun(TypedDict):
    """A run that goes on in a chat, or waits."""

    run_id: str
    function_id: str
    action_id: str | None
    message_id: str | None
    name: str
    state: str


class Active(TypedDict):
    """What goes on in a chat."""

    task_ids: list[str]
    runs: list[ActiveRun]


class ChatAnswer(ChatSummary):
    """A chat with everything in it. It holds all events up to `last_event_id`."""

    user_id: str
    chat: ChatDocument
    meta: dict[str, Any]
    active: Active
    last_event_id: int


class SharedDocument(TypedDict):
    """What was said, without what is the owner's alone."""

    title: str
    history: History
    id: NotRequired[str]
    models: list[str]
    files: NotRequired[list[FileItem]]
    tags: NotRequired[list[str]]
    timestamp: NotRequired[int]
    messages: NotRequired[list[ChatMessage]]


class SharedChat(ChatSummary):
    """A chat as it was when it was shared."""

    user_id: str
    chat: SharedDocument
    meta: dict[str, Any]


class ShareItem(TypedDict):
    """A chat in the list of what its owner shares; `id` is the chat's, `share_id` stands in the address."""

    id: str
    share_id: str
    title: str
    created_at: int
    updated_at: int


class ChatTag(TypedDict):
    id: str
    name: str
    user_id: str


class Branch(TypedDict):
    """The last message of the branch that is shown."""

    currentId: str | None


class MessageAddress(TypedDict):
    """Where another program may emit into a message, with which token and until when (epoch seconds)."""

    url: str
    token: str
    expires_at: int


class FolderItem(TypedDict):
    """A place for chats."""

    id: str
    user_id: str
    parent_id: str | None
    name: str
    data: dict[str, Any]
    meta: dict[str, Any]
    is_expanded: bool
    items: None
    created_at: int
    updated_at: int


class EventData(TypedDict):
    type: str
    data: Any


class MissedEvent(TypedDict):
    """A stored event, as it went to the sockets."""

    chat_id: str
    message_id: str | None
    data: EventData
    seq: int


class MissedEvents(TypedDict):
    """Ask with `last` the next time; `more` says that there are further ones already."""

    events: list[MissedEvent]
    last: int
    more: bool


class AskingFunction(TypedDict):
    """Which function asks; `button` is what the pressed button of an action says."""

    id: str
    name: str
    page_script: bool
    button: NotRequired[str]


class OpenQuestion(TypedDict):
    """Something that a run asks a person. It closes by itself at `deadline`."""

    id: str
    run_id: str
    chat_id: str | None
    message_id: str | None
    type: str
    data: dict[str, Any]
    created_at: float
    deadline: float
    function: NotRequired[AskingFunction]


class StoredFileData(TypedDict):
    """How far reading it is, and its text where that was asked for."""

    status: str
    content: NotRequired[str]


class StoredFileMeta(TypedDict):
    name: str
    content_type: str
    size: int


class StoredFile(TypedDict):
    """A file of a user."""

    id: str
    user_id: str
    filename: str
    hash: str
    path: str
    meta: StoredFileMeta
    data: StoredFileData
    created_at: int
    updated_at: int


class UploadedFile(StoredFile):
    """A file that has just come in."""

    status: bool


class StoredFiles(TypedDict):
    """One page of files, and how many there are."""

    items: list[StoredFile]
    total: int


class FileStatus(TypedDict):
    status: str


class FileText(TypedDict):
    content: str


class Said(TypedDict):
    """What happened, as a sentence."""

    message: str


OPEN = frozenset(
    ("StatusItem", "FileItem", "SourceItem", "SourceName", "OutputItem", "MessageError", "EmbedItem", "ChatMessage")
) | {"ChatDocument", "SharedDocument", "StoredFileData", "StoredFileMeta"}
"""Shapes to which functions and clients add keys of their own."""
