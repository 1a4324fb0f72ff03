"""Models, connections, completions and tasks."""

from typing import Any, NotRequired, TypedDict

from penstock.api.answers.accounts import Author
from penstock.api.answers.common import AccessGrant


class Suggestion(TypedDict):
    """Something to ask, as the start of a chat offers it."""

    title: NotRequired[str | list[str] | None]
    content: str


class ModelMeta(TypedDict):
    """What admins wrote about a model."""

    description: NotRequired[str | None]
    profile_image_url: NotRequired[str | None]
    actionIds: NotRequired[list[str]]
    automaticActionIds: NotRequired[list[str]]
    filterIds: NotRequired[list[str]]
    defaultFilterIds: NotRequired[list[str]]
    toolIds: NotRequired[list[str]]
    suggestion_prompts: NotRequired[list[Suggestion] | None]


class ActionButton(TypedDict):
    """A button under answers of a model. `id` is the function, or `function.button`."""

    id: str
    name: str
    description: str
    icon: str | None
    has_user_valves: NotRequired[bool]


class FilterSwitch(TypedDict):
    """A filter that a person may switch on and off."""

    id: str
    name: str
    description: str
    icon: str | None
    has_user_valves: bool


class PipeMark(TypedDict):
    type: str


class Upstream(TypedDict):
    """What the model is called on the server that it comes from."""

    id: str


class ModelTag(TypedDict):
    name: str


class ModelInfo(TypedDict):
    """What is recorded about a model. What only admins may know is left out for others."""

    id: str
    user_id: NotRequired[str]
    base_model_id: str | None
    name: str
    params: NotRequired[dict[str, Any]]
    meta: ModelMeta
    access_control: NotRequired[dict[str, Any] | None]
    access_grants: NotRequired[list[AccessGrant]]
    is_active: bool
    created_at: int
    updated_at: int


class ModelItem(TypedDict):
    """A model that can be asked. `stale`: it comes from a list that could not be renewed."""

    id: str
    name: str
    object: str
    created: int
    owned_by: str
    connection_type: NotRequired[str]
    openai: NotRequired[Upstream]
    pipe: NotRequired[PipeMark]
    has_user_valves: bool
    info: NotRequired[ModelInfo]
    preset: NotRequired[bool]
    stale: NotRequired[bool]
    actions: list[ActionButton]
    filters: list[FilterSwitch]
    tags: list[ModelTag]


class Models(TypedDict):
    """All models that the caller may ask."""

    data: list[ModelItem]


class ModelRecord(TypedDict):
    """An admin's record about a model, whole."""

    id: str
    user_id: str
    base_model_id: str | None
    name: str
    params: dict[str, Any]
    meta: ModelMeta
    access_control: dict[str, Any] | None
    access_grants: list[AccessGrant]
    is_active: bool
    created_at: int
    updated_at: int


class ModelSeen(TypedDict):
    """A record as the caller may see it."""

    id: str
    user_id: NotRequired[str]
    base_model_id: str | None
    name: str
    params: NotRequired[dict[str, Any]]
    meta: ModelMeta
    access_control: NotRequired[dict[str, Any] | None]
    access_grants: NotRequired[list[AccessGrant]]
    is_active: bool
    created_at: NotRequired[int]
    updated_at: NotRequired[int]
    write_access: bool


class ListedModel(ModelRecord):
    """A record with who made it."""

    user: Author | None
    write_access: bool


class ListedModels(TypedDict):
    """One page of records, and how many there are."""

    items: list[ListedModel]
    total: int


class ConnectionItem(TypedDict):
    """A server that speaks OpenAI's protocol. Keys go in and never come out."""

    id: str
    url: str
    name: str
    prefix: str
    enabled: bool
    model_ids: list[str]
    source: str
    has_key: bool
    models: list[str]
    error: str | None
    created_at: int
    updated_at: int


class ConnectionTest(TypedDict):
    """What a server answered just now; where that was of no use, what is wrong, and what helps."""

    ok: bool
    models: list[str]
    error: str | None
    hint: str | None


class CompletionRequest(TypedDict):
    """A request as OpenAI's clients send it. With `session_id` a page asks for an answer into a message."""

    model: str
    messages: NotRequired[list[dict[str, Any]]]
    stream: NotRequired[bool]
    session_id: NotRequired[str]
    chat_id: NotRequired[str | None]
    id: NotRequired[str]
    parent_id: NotRequired[str | None]
    user_message: NotRequired[dict[str, Any] | None]
    filter_ids: NotRequired[list[str]]
    tool_ids: NotRequired[list[str]]
    files: NotRequired[list[Any]]
    params: NotRequired[dict[str, Any]]
    background_tasks: NotRequired[dict[str, bool]]


class CompletionChoice(TypedDict):
    index: NotRequired[int]
    message: dict[str, Any]
    finish_reason: NotRequired[str | None]


class Completion(TypedDict):
    """An answer as OpenAI's clients read it. Where a page asked: `task_ids`, by which it can be stopped."""

    id: NotRequired[str]
    object: NotRequired[str]
    created: NotRequired[int]
    model: NotRequired[str]
    choices: NotRequired[list[CompletionChoice]]
    usage: NotRequired[dict[str, Any] | None]
    status: NotRequired[bool]
    task_ids: NotRequired[list[str]]
    chat_id: NotRequired[str]


class TaskStop(TypedDict):
    status: bool
    message: str


class TaskIds(TypedDict):
    task_ids: list[str]


class Tasks(TypedDict):
    tasks: list[str]


class TaskConfig(TypedDict):
    """Which questions are asked about chats, of which model and in which words. Names are Open WebUI's."""

    TASK_MODEL: str
    TASK_MODEL_EXTERNAL: str
    ENABLE_TITLE_GENERATION: bool
    ENABLE_TAGS_GENERATION: bool
    ENABLE_FOLLOW_UP_GENERATION: bool
    ENABLE_AUTOCOMPLETE_GENERATION: bool
    ENABLE_SEARCH_QUERY_GENERATION: bool
    ENABLE_RETRIEVAL_QUERY_GENERATION: bool
    ENABLE_TASKS_FOR_ALL_PIPES: bool
    TITLE_GENERATION_PROMPT_TEMPLATE: str
    TAGS_GENERATION_PROMPT_TEMPLATE: str
    FOLLOW_UP_GENERATION_PROMPT_TEMPLATE: str
    QUERY_GENERATION_PROMPT_TEMPLATE: str


class SwitchedOff(TypedDict):
    """Admins do not want this."""

    detail: str


class ToolSpec(TypedDict):
    """A tool as models read it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class ToolMeta(TypedDict):
    description: str


class ToolItem(TypedDict):
    """Something that a completion may name in `tool_ids`."""

    id: str
    name: str
    meta: ToolMeta
    specs: list[ToolSpec]
    has_user_valves: bool


OPEN = frozenset({"ModelMeta", "Suggestion", "CompletionRequest", "Completion", "CompletionChoice", "TaskConfig"})
"""Shapes to which models' makers and clients add keys of their own."""
