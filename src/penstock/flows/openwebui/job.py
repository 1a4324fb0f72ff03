"""One import: where from, where to, what was asked for, and what is known so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from penstock.environments import Progress, silent
from penstock.flows.openwebui.report import Report
from penstock.settings import Settings
from penstock.store import Store
from penstock.store.records import User

NO_OWNER = "its owner does not come along"


@dataclass(frozen=True, slots=True)
class Choices:
    """What an admin decides."""

    dry_run: bool = False
    replace: bool = False  # what is there already becomes as it is in the source
    off: bool = False  # functions come switched off
    secret: str = ""  # WEBUI_SECRET_KEY of the other server
    uploads: Path | None = None  # folder of uploads; None: the one beside the database


@dataclass(slots=True)
class Job:
    """Shared by the parts of one import. The maps lead from ids there to ids here."""

    file: Path
    store: Store
    settings: Settings
    choices: Choices
    report: Report
    progress: Progress = silent
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    admin: User | None = None  # who owns what has no owner

    def owner(self, user_id: str) -> User:
        return self.users.get(user_id) or self.admin or User(id="", email="", name="", role="admin")

    def user_ids(self) -> dict[str, str]:
        return {there: user.id for there, user in self.users.items()}
