"""The server itself: what it offers, how it is doing, and what it has run."""

from typing import Any, Literal, NotRequired, TypedDict

from penstock.api.answers.accounts import Permissions
from penstock.engine.base import Layer, Trouble, WorkerState
from penstock.functions.refusals import RefusedHost

RunState = Literal["queued", "running", "background", "done", "failed", "cancelled", "interrupted"]


class OAuth(TypedDict):
    providers: dict[str, str]


class UploadLimits(TypedDict):
    max_size: int | None
    max_count: int | None


class Config(TypedDict):
    """What a page asks before anything else. `onboarding` while there is no account."""

    status: bool
    name: str
    version: str
    signed_in: bool
    default_locale: str
    oauth: OAuth
    features: dict[str, bool]
    onboarding: NotRequired[bool]
    default_models: NotRequired[str | None]
    default_prompt_suggestions: NotRequired[list[Any]]
    banners: NotRequired[list[Any]]
    file: NotRequired[UploadLimits]
    permissions: NotRequired[Permissions]


class Version(TypedDict):
    version: str


class DefaultModels(TypedDict):
    """The models of new chats, and the order in which all are shown. Names are Open WebUI's."""

    DEFAULT_MODELS: str | None
    MODEL_ORDER_LIST: list[str]


class ConnectionSettings(TypedDict):
    """What clients of Open WebUI keep here, under its names; all of it comes back as it was sent."""

    ENABLE_DIRECT_CONNECTIONS: Any
    ENABLE_BASE_MODELS_CACHE: Any


class SettingTakes(TypedDict):
    """Which values a setting takes: at `least` one number, `above` another, at `most` a third."""

    kind: Literal["switch", "choice", "whole", "number", "path", "text"]
    choices: NotRequired[list[str]]
    unit: NotRequired[Literal["seconds", "days", "bytes"]]
    least: NotRequired[float]
    above: NotRequired[float]
    most: NotRequired[float]
    examples: NotRequired[list[str]]


class SettingItem(TypedDict):
    """A setting; of what may hold a secret, only whether it is set. `default`: nobody has set it.

    `editable` ones change while the server runs; `beneath` is the value without that change.
    """

    name: str
    value: Any
    default: bool
    default_value: Any
    secret: bool
    source: Literal["default", "environment", "file", "argument", "page"]
    section: str
    description: str
    takes: SettingTakes
    editable: bool
    beneath: NotRequired[Any]


class SystemState(TypedDict):
    """How the server is doing. `layers` are the walls around functions, as they stand on this machine."""

    version: str
    python: str
    platform: str
    started_at: float
    users: int
    engine: str
    workers: list[WorkerState]
    layers: list[Layer]
    troubles: list[Trouble]
    settings: list[SettingItem]


class WorkerEnded(TypedDict):
    ended: bool
    function_id: str


class RotatedKeys(TypedDict):
    """How many secrets were sealed anew, and how many keys the ring has."""

    sealed: int
    keys: int


class EnvironmentItem(TypedDict):
    """A set of packages on this machine. `size` is in bytes."""

    id: str
    packages: list[str]
    size: int
    function_ids: list[str]
    in_use: bool
    created_at: float
    wanted_at: float


class Collected(TypedDict):
    """What was removed."""

    removed: list[EnvironmentItem]
    bytes: int


class RunProblem(TypedDict):
    """Why a run failed. Only admins see where in the source."""

    code: NotRequired[str | None]
    message: NotRequired[str | None]
    type: NotRequired[str]
    line: NotRequired[int | None]
    traceback: NotRequired[str]
    budget: NotRequired[Any]
    limit: NotRequired[Any]


class RunItem(TypedDict):
    """One run of a hook. Times are epoch seconds."""

    id: str
    function_id: str
    version_id: str
    hook: str
    user_id: str
    trigger: str
    state: RunState
    chat_id: str | None
    message_id: str | None
    idempotency_key: str | None
    started_at: float
    ended_at: float | None
    result: Any
    notes: list[str]
    error: RunProblem | None


class WholeRun(RunItem):
    """One run, with the hosts that it could not reach for want of a right, and the worker where it goes on."""

    refused: list[RefusedHost]
    worker: WorkerState | None


class NewRun(TypedDict):
    run_id: str


class RunStep(TypedDict):
    """Something that a run emitted, asked a person, or asked the server for."""

    kind: Literal["event", "question", "call"]
    time: float
    name: str
    data: NotRequired[Any]
    count: NotRequired[int]
    until: NotRequired[float]
    state: NotRequired[str]
    answer: NotRequired[Any]
    took: NotRequired[float | None]
    arguments: NotRequired[dict[str, Any]]
    error: NotRequired[str | None]


class RunArguments(TypedDict):
    """What the hook was called with; not `whole` where it was cut."""

    kind: Literal["arguments"]
    time: float
    body: Any
    whole: bool
    action_id: str | None


class RunUsage(TypedDict):
    """What its worker took when it was last looked at, and how many other runs it had."""

    kind: Literal["usage"]
    time: float
    memory: int
    cpu: float
    shared: int


class RunTimeline(TypedDict):
    """What happened in a run, in order; null where nothing was kept."""

    steps: list[RunStep]
    arguments: RunArguments | None
    usage: RunUsage | None


class RunLogLine(TypedDict):
    time: float
    level: str
    text: str
    thread: str


OPEN = frozenset({"ConnectionSettings"})
"""Shapes to which clients add keys of their own."""
