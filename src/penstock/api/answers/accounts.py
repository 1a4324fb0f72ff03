"""People, their sessions and their keys."""

from typing import Any, NotRequired, TypedDict

from penstock.api.answers.common import Role


class Permissions(TypedDict):
    """What a page may offer."""

    workspace: dict[str, bool]
    chat: dict[str, bool]
    features: dict[str, bool]


class SessionUser(TypedDict):
    """Whoever is signed in, with the token that proves it."""

    id: str
    name: str
    role: Role
    email: str
    profile_image_url: str
    token: str
    token_type: str
    expires_at: int | None
    permissions: Permissions


class PublicUser(TypedDict):
    """What everybody who is signed in may know of somebody."""

    id: str
    name: str
    role: Role
    profile_image_url: str


class OwnProfile(PublicUser):
    """One's own account."""

    email: str


class Person(PublicUser):
    """An account, as its owner and admins see it. Times are epoch seconds."""

    email: str
    settings: dict[str, Any]
    info: dict[str, Any]
    created_at: int
    updated_at: int
    last_active_at: int


class PersonSeen(PublicUser):
    """An account as the caller may see it; `active` while it has a page open."""

    email: NotRequired[str]
    settings: NotRequired[dict[str, Any]]
    info: NotRequired[dict[str, Any]]
    created_at: NotRequired[int]
    updated_at: NotRequired[int]
    last_active_at: NotRequired[int]
    active: bool
    is_active: bool


class Author(TypedDict):
    """Who made something."""

    id: str
    name: str
    email: str
    role: Role
    profile_image_url: str


class People(TypedDict):
    """One page of accounts, and how many there are."""

    users: list[Person]
    total: int


class PublicPeople(TypedDict):
    """One page of what everybody may see, and how many there are."""

    users: list[PublicUser]
    total: int


class Presence(TypedDict):
    active: bool


class ApiKey(TypedDict):
    """The key of whoever asks; null where none was made."""

    api_key: str | None


class NewApiKey(TypedDict):
    api_key: str


class GroupItem(TypedDict):
    """Users who share rights."""

    id: str
    user_id: str
    name: str
    description: str
    permissions: dict[str, Any]
    data: None
    meta: dict[str, Any]
    user_ids: list[str]
    member_count: int
    created_at: int
    updated_at: int


class MemoryItem(TypedDict):
    """Something that a user wants models to know."""

    id: str
    user_id: str
    content: str
    created_at: int
    updated_at: int


class MemoryTime(TypedDict):
    created_at: int


class FoundMemories(TypedDict):
    """The nearest memories, nearest first; each list has one entry: the answer to the one question."""

    ids: list[list[str]]
    documents: list[list[str]]
    metadatas: list[list[MemoryTime]]
    distances: list[list[float]]


class UserSettings(TypedDict):
    """What clients keep for a user."""

    ui: NotRequired[dict[str, Any]]
