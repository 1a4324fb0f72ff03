"""Whose data a run reaches, and what it may change: the one place that decides (spec H3).

`data: user`, the default: what belongs to the user of the run, whoever that is; of others what everybody may see.
`data: all`: what belongs to anybody may be read. What belongs to others is changed, and functions and models are
administered, only where an administrator started the run as well. A run never acts in the name of somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import structs

from penstock.errors import NotAllowed
from penstock.store.records import User

GRANT_ALL = "An administrator may grant `data: all` in the rights of the function."
START_AS_ADMIN = "It would have to be started by an administrator."


@dataclass(frozen=True, slots=True)
class Access:
    """What one run may do with what the server keeps."""

    user: User
    data: Literal["user", "all"] = "user"

    @property
    def reads_all(self) -> bool:
        return self.data == "all"

    @property
    def administers(self) -> bool:
        """Whether it may do what only administrators may: their role and the rights of the function together."""
        return self.reads_all and self.user.role == "admin"

    def owns(self, owner_id: str | None) -> bool:
        """Whether that is the user of the run; None means so."""
        return owner_id is None or owner_id == self.user.id

    def reads(self, owner_id: str | None) -> bool:
        return self.reads_all or self.owns(owner_id)

    def changes(self, owner_id: str | None) -> bool:
        return self.administers or self.owns(owner_id)

    def require_own(self, owner_id: str | None, what: str) -> None:
        """Raise `NotAllowed` for anybody else, whatever the rights."""
        if not self.owns(owner_id):
            raise NotAllowed(f"A function may use {what} of the user for whom it runs, and of nobody else.")

    def require_reads(self, owner_id: str | None, what: str) -> None:
        if not self.reads(owner_id):
            raise NotAllowed(f"This function may use {what} of the user for whom it runs, and of nobody else.")

    def require_changes(self, owner_id: str | None, what: str) -> None:
        if not self.changes(owner_id):
            raise NotAllowed(
                f"This function may change {what} of the user for whom it runs, and of nobody else.", hint=self._lacks()
            )

    def require_admin(self, what: str) -> None:
        if not self.administers:
            raise NotAllowed(
                f"Only where an admin started it and its rights have `data: all` may a function {what}.",
                hint=self._lacks(),
            )

    def as_user(self) -> User:
        """The user as the rest of the server may see the run: no administrator, where the rights do not reach."""
        if self.user.role == "admin" and not self.administers:
            return structs.replace(self.user, role="user")
        return self.user

    def _lacks(self) -> str:
        return START_AS_ADMIN if self.reads_all else GRANT_ALL
