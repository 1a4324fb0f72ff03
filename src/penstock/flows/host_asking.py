"""Who asks the server from inside a run, and what that run has open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from penstock.errors import NotAllowed
from penstock.flows.context import Services
from penstock.flows.run_order import RunOrder
from penstock.store.records import User

Handler = Callable[..., Awaitable[Any]]


class Closing(Protocol):
    """Something that a run opened."""

    def close(self) -> None: ...


@dataclass(slots=True)
class Asking:
    """One run, as the handlers of host calls see it."""

    services: Services
    order: RunOrder
    open: dict[str, Closing] = field(default_factory=dict)  # streams and uploads by id

    @property
    def user(self) -> User:
        return self.order.user

    @property
    def function_id(self) -> str:
        return self.order.serving.function.id

    @property
    def is_admin(self) -> bool:
        return self.user.role == "admin"

    def is_self(self, user_id: str | None) -> bool:
        """Whether that is the user of the run; None means so."""
        return user_id is None or user_id == self.user.id

    def require_self(self, user_id: str | None, what: str) -> None:
        """Raise `NotAllowed` for data of anybody else."""
        if not self.is_self(user_id):
            raise NotAllowed(f"A function may use {what} of the user for whom it runs, and of nobody else.")

    def require_admin(self, what: str) -> None:
        """Raise `NotAllowed` unless an admin started the run."""
        if not self.is_admin:
            raise NotAllowed(f"Only where an admin started it may a function {what}.")

    def close(self) -> None:
        """Let go of everything at the end of the run."""
        for each in self.open.values():
            each.close()
        self.open.clear()
