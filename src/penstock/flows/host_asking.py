"""Who asks the server from inside a run, and what that run has open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from penstock.errors import NotFound
from penstock.flows.context import Services
from penstock.flows.host_access import Access
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
    access: Access = field(init=False)

    def __post_init__(self) -> None:
        self.access = self.order.access

    @property
    def user(self) -> User:
        return self.order.user

    @property
    def function_id(self) -> str:
        return self.order.serving.function.id

    @property
    def store_id(self) -> str:
        """Whose store it uses: a draft has one of its own."""
        return self.order.serving.source.function_id

    async def owner(self, user_id: str | None) -> User:
        """The user whose data is meant: the run's own, or another whose existence was checked. Raises `NotFound`."""
        if self.access.owns(user_id):
            return self.user
        found = await self.services.store.users.get(str(user_id))
        if found is None:
            raise NotFound("This user does not exist.")
        return found

    def close(self) -> None:
        """Let go of everything at the end of the run."""
        for each in self.open.values():
            each.close()
        self.open.clear()
