"""Functions, their sources, and what comes and goes with them."""

from typing import Any, Literal, NotRequired, TypedDict

from penstock.api.answers.accounts import Author
from penstock.functions.cautions import Caution
from penstock.functions.diagnosis.finding import Finding
from penstock.functions.diagnosis.needs import Needs
from penstock.functions.vocabulary import Argument, EventWord, HookWord, Word

Kind = Literal["pipe", "filter", "action", "event"]
FunctionState = Literal["ready", "needs_configuration", "needs_packages", "crashing", "quarantined", "failed"]
Profile = Literal["closed", "standard", "trusted"]
Reach = Literal["user", "all"]


class FunctionMeta(TypedDict):
    """`manifest` is the frontmatter of the source: title, author, version, description ..."""

    description: str
    manifest: dict[str, str]
    toggle: bool


class FunctionButton(TypedDict):
    """One button of an action that has several."""

    id: str
    name: str


class Readers(TypedDict):
    """Who may use something, by ids."""

    user_ids: list[str]
    group_ids: list[str]
    role_ids: list[str]


class FunctionReaders(TypedDict):
    read: Readers


class FunctionShown(TypedDict):
    """A function. What only admins may know is left out for others."""

    id: str
    user_id: str
    type: Kind
    kind: Kind
    name: str
    meta: FunctionMeta
    is_active: bool
    is_global: bool
    access_control: NotRequired[FunctionReaders | None]
    version_id: str | None
    version_number: int | None
    state: FunctionState
    reason: NotRequired[str]
    origin_url: NotRequired[str]
    is_package: bool
    buttons: list[FunctionButton]
    has_valves: bool
    has_user_valves: bool
    profile: NotRequired[Profile | None]
    data: NotRequired[Reach | None]
    page_script: bool
    updated_at: int
    created_at: int


class FunctionItem(TypedDict):
    """A function as admins see it. `reason` says why its `state` is not `ready`."""

    id: str
    user_id: str
    type: Kind
    kind: Kind
    name: str
    meta: FunctionMeta
    is_active: bool
    is_global: bool
    access_control: FunctionReaders | None
    version_id: str | None
    version_number: int | None
    state: FunctionState
    reason: str
    origin_url: str
    is_package: bool
    buttons: list[FunctionButton]
    has_valves: bool
    has_user_valves: bool
    profile: Profile | None
    data: Reach | None
    page_script: bool
    updated_at: int
    created_at: int


class ListedFunction(FunctionItem):
    """A function with who made it."""

    user: Author | None


class FileSize(TypedDict):
    path: str
    size: int


class FunctionSource(FunctionItem):
    """A function with its source. `files` are those of a package; `description` is what loading it has told."""

    content: str
    files: list[FileSize]
    description: dict[str, Any] | None
    warnings: list[Caution]
    requirements: list[str]


class ExportedFunction(TypedDict):
    """A function as an export holds it. `package` is the zip of one of several files, in base64."""

    id: str
    user_id: str
    name: str
    type: Kind
    is_active: bool
    is_global: bool
    meta: dict[str, Any]
    content: str
    package: NotRequired[str]
    origin_url: NotRequired[str]
    origin_hash: NotRequired[str]
    valves: NotRequired[dict[str, Any]]
    updated_at: int
    created_at: int


class ImportFailure(TypedDict):
    """Why one function was not imported."""

    id: str
    name: NotRequired[str]
    detail: str
    code: str
    hint: str


class ImportOutcome(TypedDict):
    """What became of an import: `functions` are there now, `errors` are not."""

    functions: list[FunctionItem]
    created: list[str]
    updated: list[str]
    errors: list[ImportFailure]


class FunctionSet(TypedDict):
    """Functions as an export holds them."""

    functions: list[dict[str, Any]]


class FetchedSource(TypedDict):
    """What an address holds."""

    name: str
    content: str
    url: str
    sha256: str


class OriginCheck(TypedDict):
    """What an address holds now, beside what serves. `edited`: somebody here has changed what came from there."""

    url: str
    sha256: str
    checked_at: int
    changed: bool
    edited: bool
    version: str
    content: str
    content_diff: str


class SourceFile(TypedDict):
    """One file as a text; of a function of one file the path is empty."""

    path: str
    content: str


class Language(TypedDict):
    """What authors may ask for by name. `modules` and `methods` are names by module and by table."""

    arguments: list[Argument]
    hooks: list[HookWord]
    events: list[EventWord]
    header: list[Word]
    inputs: list[Word]
    field: list[Word]
    store: list[Word]
    modules: dict[str, list[str]]
    methods: dict[str, list[str]]


class Examined(TypedDict):
    """What a source needs and what cannot work. `works`: nothing is known that keeps it from working here."""

    kind: str
    title: str
    version: str
    author: str
    hooks: list[str]
    needs: Needs
    findings: list[Finding]
    works: bool
    files: list[SourceFile]


class ExampleItem(TypedDict):
    """A function that comes with Penstock."""

    id: str
    name: str
    kind: Kind
    description: str
    icon_url: str
    installed: bool


OPEN = frozenset({"ImportFailure", "FunctionMeta"})
"""Shapes to which errors and clients add keys of their own."""
