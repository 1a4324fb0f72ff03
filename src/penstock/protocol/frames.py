"""What host and worker say to each other: msgpack structs, told apart by their tag.

Every frame but `Load`, `Loaded`, `LoadFailed`, `Close` and `Health` names its run. Values inside are plain:
None, bool, int, float, str, bytes, list, dict with string keys. Times are epoch seconds.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct


class Frame(Struct, array_like=True, frozen=True, omit_defaults=True, tag_field="frame"):
    """The root of all frames."""


# Host to worker


class Load(Frame, frozen=True, tag="load"):
    """Import this source and construct its class. Always the first frame."""

    function_id: str
    version_id: str
    source: str  # after legacy imports were mapped (M5); line numbers are the author's
    filename: str  # what tracebacks show
    package_dir: str | None = None  # folder of a function of several files (M6); `source` is its `__init__.py`
    site_packages: str | None = None  # folder of the version's environment, in front of `sys.path`
    data_dir: str | None = None  # private folder of the function
    valves: dict[str, Any] | None = None  # set values, for the construction check
    limits: dict[str, int] = {}  # `frame` in bytes, and budgets by name: `output`, `log`, `memory`, `open_files`, ...


class Call(Frame, frozen=True, tag="call"):
    """Call one hook. `context` has the values that a signature may ask for, without the underscores (I1)."""

    run: str
    hook: str  # a hook, or `valves_options:<method>` for a dynamic list of choices (V2)
    body: Any = None  # first argument: body, event or stream event
    context: dict[str, Any] = {}  # keys: user, model, metadata, request, id, chat_id, session_id, message_id, ...
    valves: dict[str, Any] | None = None  # set values in force; defaults come from the class
    user_valves: dict[str, Any] | None = None
    window: int = 256  # chunks that may be sent before the first `More`
    feed: bool = False  # the hook is called once for each item of the `Feed` frames that follow


class Feed(Frame, frozen=True, tag="feed"):
    """Items for a run with `feed`; the worker answers each `Feed` with one `Chunk` of as many items.

    Items that are bytes are packed (`penstock.protocol.packing`) and come back packed.
    """

    run: str
    items: list[Any]
    last: bool = False


class More(Frame, frozen=True, tag="more"):
    """The consumer has taken `chunks` more; so many may be sent (P4)."""

    run: str
    chunks: int


class Reply(Frame, frozen=True, tag="reply"):
    """The answer to an `Ask` or a `HostCall`."""

    run: str
    call: int
    value: Any = None
    error: dict[str, Any] | None = None  # `code`, `message`, `hint`


class Cancel(Frame, frozen=True, tag="cancel"):
    """Stop a run: its task is cancelled, its threads are interrupted."""

    run: str
    reason: str


class Close(Frame, frozen=True, tag="close"):
    """Finish background work for at most `grace` seconds, then exit."""

    grace: float = 0


# Worker to host


class Loaded(Frame, frozen=True, tag="loaded"):
    """The source is imported and its class constructed."""

    description: dict[str, Any]  # fields of `penstock.functions.description.Description`


class LoadFailed(Frame, frozen=True, tag="load_failed"):
    """Import or construction raised."""

    phase: Literal["import", "kind", "hooks", "valves", "construct"]
    type: str
    message: str
    line: int | None = None
    column: int | None = None
    traceback: str = ""
    file: str = ""  # of the package, where the function has several


class Emit(Frame, frozen=True, tag="emit"):
    """An event from the emitter; nobody waits for an answer."""

    run: str
    type: str
    data: Any = None


class Ask(Frame, frozen=True, tag="ask"):
    """An event from the caller; a `Reply` with the same `call` is awaited."""

    run: str
    call: int
    type: str
    data: Any = None


class Withdraw(Frame, frozen=True, tag="withdraw"):
    """Nobody waits for the answer to an `Ask` any more: the author's task that awaited it was cancelled."""

    run: str
    call: int


class HostCall(Frame, frozen=True, tag="host_call"):
    """Something of the server (H1): `name` is `noun.verb`, arguments by name."""

    run: str
    call: int
    name: str
    arguments: dict[str, Any] = {}


class Chunk(Frame, frozen=True, tag="chunk"):
    """Items of a generator, or what a hook made of a `Feed`."""

    run: str
    items: list[Any]


class Log(Frame, frozen=True, tag="log"):
    """Lines that were printed or logged (I6): `(epoch seconds, level, text, thread name)` each."""

    run: str  # empty for what was printed while loading
    lines: list[tuple[float, str, str, str]]


class Result(Frame, frozen=True, tag="result"):
    """The hook returned. `form` says how to read `value` (A5, P2).

    `json`: plain value - `stream`: the chunks were the result - `html`: `{html, headers, context}` -
    `file`: `{name, content_type, data}` - `response`: `{status, location, body}`, where the status is not 200 -
    `opaque`: `{type, text}`, kept in the run and said to the author.
    """

    run: str
    form: Literal["json", "stream", "html", "file", "response", "opaque"]
    value: Any = None
    notes: list[str] = []  # what was changed to make it fit (`NaN became null`), for the author
    background: int = 0  # tasks and threads that go on (I4)


class Failed(Frame, frozen=True, tag="failed"):
    """The hook raised, or was cancelled (`type` is then `Cancelled`)."""

    run: str
    type: str
    message: str
    traceback: str = ""
    line: int | None = None
    background: int = 0


class Background(Frame, frozen=True, tag="background"):
    """How many tasks and threads of a finished run still go on; 0 ends the run."""

    run: str
    count: int


class Returned(Frame, frozen=True, tag="returned"):
    """The loop is blocked and this call has not begun: another worker may have it."""

    run: str


class Connecting(Frame, frozen=True, tag="connecting"):
    """From this local port, the run has connected to the proxy: what is refused there is told in its log."""

    run: str
    port: int


class Health(Frame, frozen=True, tag="health"):
    """Sent about once a second while busy: how late the loop is and how much memory the process has."""

    lag: float  # seconds
    memory: int  # bytes, resident


HostFrame = Load | Call | Feed | More | Reply | Cancel | Close
WorkerFrame = (
    Loaded
    | LoadFailed
    | Emit
    | Ask
    | Withdraw
    | HostCall
    | Chunk
    | Log
    | Result
    | Failed
    | Background
    | Returned
    | Connecting
    | Health
)
RunFrame = Emit | Ask | Withdraw | HostCall | Chunk | Log | Result | Failed | Background
