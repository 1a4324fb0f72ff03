"""What is decided for a function: its valves by layer, who may use it, its rights and policy."""

from typing import Any, Literal, TypedDict

from penstock.api.answers.common import AccessGrant
from penstock.api.answers.functions import FunctionReaders, Profile, Reach

OnError = Literal["skip", "fail", "block"]


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
