"""What a run is asked for with."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from penstock.flows.host_access import Access
from penstock.realtime.published import Author, Target
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.registry import Serving

RunListener = Callable[[str, Any], None]
"""Gets `emit`, `question` or `log` and its data, as they come."""


def new_run_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class RunOrder:
    """One invocation of one hook, on behalf of `user`. Events go to `target`."""

    serving: Serving
    hook: str
    body: Any
    context: dict[str, Any]
    user: User
    target: Target
    trigger: str  # click, api, automatic, function, completion, pipes ...
    deadline: float | None = None  # seconds of work; time in which a person is asked does not count
    feed: bool = False
    idempotency_key: str | None = None
    record: bool = True  # whether the run and its log are kept
    draft: bool = False  # of a source that is not saved, so that there is no other version to go on with
    depth: int = 0  # how many functions called each other to get here
    callers: tuple[str, ...] = ()  # ids of those functions, the outermost first; see `Completions.complete`
    listener: RunListener | None = None
    models: tuple[str, ...] = ()  # ids of the model that it is about, the one that answers first (V6)
    action_id: str | None = None  # of the button, where the run is one of an action
    button: str = ""  # what it says
    on_queued: Callable[[RunOrder], None] | None = None  # told where it has to wait for its turn
    id: str = field(default_factory=new_run_id)

    def __post_init__(self) -> None:
        function, rights = self.serving.function, self.serving.source.rights
        author = Author(function.id, function.name, rights.page_script, self.button)
        object.__setattr__(self, "target", replace(self.target, author=author))

    @property
    def access(self) -> Access:
        """Whose data the run reaches."""
        return Access(self.user, self.serving.source.rights.data)
