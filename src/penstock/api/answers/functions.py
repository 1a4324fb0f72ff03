"""Functions, their versions, valves and rights."""

from typing import Any, Literal, NotRequired, TypedDict

from penstock.api.answers.accounts import Author
from penstock.api.answers.common import AccessGrant
from penstock.functions.cautions import Caution
from penstock.functions.diagnosis.finding import Finding
from penstock.functions.diagnosis.needs import Needs
from penstock.functions.vocabulary import Argument, EventWord, HookWord, Word

Kind = Literal["pipe", "filter", "action", "event"]
FunctionState = Literal["ready", "needs_configuration", "needs_packages", "crashing", "quarantined", "failed"]
Profile = Literal["closed", "standard", "trusted"]
Reach = Literal["user", "all"]
OnError = Literal["skip", "fail", "block"]


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


class PackageFile(TypedDict):
    """`content` is null for what is no text."""

    path: str
    size: int
    content: str | None


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


class ValveLayer(TypedDict):
    """What is set for one group or model."""

    layer: Literal["group", "model"]
    subject: str
    name: str
    values: dict[str, Any]


class ValveOrigin(TypedDict):
    """A value that a run would see, and where it comes from."""

    value: Any
    layer: Literal["default", "global", "group", "model", "user"]
    subject: str
    name: str


class FunctionAccess(TypedDict):
    """Who may use a function; null is everybody. `access_grants` says the same."""

    id: str
    access_control: FunctionReaders | None
    access_grants: list[AccessGrant]


class WhyRule(TypedDict):
    """One condition, and what there is to say about it either way."""

    code: str
    passed: bool
    said: str


class Why(TypedDict):
    """Whether a function is here. `rule` is the code of what speaks against it."""

    here: bool
    rule: str | None
    said: str
    model_id: str | None
    user_id: str
    rules: list[WhyRule]


class WhyEntry(TypedDict):
    """Whether one action or filter is here. Only administrators read the rules."""

    id: str
    name: str
    kind: str
    here: bool
    rule: str | None
    said: str
    rules: list[WhyRule]


class WhyEach(TypedDict):
    """The same for every action and filter that the reader may know of."""

    model_id: str | None
    functions: list[WhyEntry]


class DecidedRights(TypedDict):
    """Rights of a function. Sizes are in bytes, times in seconds."""

    profile: Profile
    hosts: list[str]
    data: Reach
    page_script: bool
    budget: dict[str, float | None]


class BudgetBound(TypedDict):
    """The values that a budget may have."""

    least: float
    most: float
    unit: Literal["seconds", "bytes", ""]


class PersonName(TypedDict):
    id: str
    name: str


class Rights(DecidedRights):
    """What is in force, what it would be by default, and what may be set; `budget` has what is set, or null."""

    defaults: DecidedRights
    effective: DecidedRights
    bounds: dict[str, BudgetBound]
    updated_at: int | None
    updated_by: PersonName | None


class RightsChange(TypedDict, total=False):
    """What is named changes; null goes back to the default."""

    profile: Profile | None
    hosts: list[str] | None
    data: Reach | None
    page_script: bool | None
    budget: dict[str, float | None] | None
    confirm: bool


class ProposedPolicy(TypedDict, total=False):
    stream: OnError
    outlet: OnError
    tasks: bool


class EffectivePolicy(TypedDict):
    stream: OnError
    outlet: OnError
    tasks: bool


class Policy(TypedDict):
    """What is decided (null: left to the author), what the author proposes, and what is in force."""

    stream: OnError | None
    outlet: OnError | None
    tasks: bool | None
    inlet: Literal["block"]
    proposed: ProposedPolicy
    effective: EffectivePolicy


class PolicyChange(TypedDict, total=False):
    """What is named changes; null goes back to what the author proposes."""

    stream: OnError | None
    outlet: OnError | None
    tasks: bool | None


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
