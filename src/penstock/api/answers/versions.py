"""The history of a function."""

from typing import Any, Literal, NotRequired, TypedDict

from penstock.api.answers.accounts import Author
from penstock.api.answers.functions import FileSize


class PackageFile(TypedDict):
    """`content` is null for what is no text."""

    path: str
    size: int
    content: str | None


class VersionManifest(TypedDict):
    manifest: dict[str, Any]


class Snapshot(TypedDict):
    """The function as it was. The source is there for a single version only."""

    name: str
    meta: VersionManifest
    content: NotRequired[str]
    files: NotRequired[list[FileSize]]


class VersionItem(TypedDict):
    """One entry of the history. `lock` has the packages that it was saved with, each with its exact version."""

    id: str
    function_id: str
    number: int
    user_id: str
    user: Author | None
    commit_message: str
    snapshot: Snapshot
    requirements: list[str]
    environment_id: str | None
    lock: list[str]
    is_package: bool
    state: Literal["good", "quarantined"]
    reason: str
    is_current: bool
    created_at: int


class ChangedFile(TypedDict):
    path: str
    change: str


class Differences(TypedDict):
    added: list[str]
    removed: list[str]


class BeforeAfter(TypedDict):
    before: Any
    after: Any


class VersionDiff(TypedDict):
    """What changed between two versions."""

    from_id: str
    to_id: str
    content_diff: str
    line_endings_only: bool
    files: list[ChangedFile]
    metadata: dict[str, BeforeAfter]
    requirements: Differences
    lock: Differences
