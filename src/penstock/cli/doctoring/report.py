"""The report: what is known of each function, and its stable shape as JSON (docs/doctor.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from penstock.cli.doctoring.subjects import Subject
from penstock.functions.description import KINDS
from penstock.functions.diagnosis.diagnose import Diagnosis

SCHEMA = 1
Outcome = Literal["ok", "said", "not_asked", "needs_service", "failed", "timeout", "not_loaded", "packages"]
OUTCOMES: dict[Outcome, str] = {
    "ok": "ran to its end",
    "said": "ran to its end and said itself what was wrong or missing",
    "not_asked": "a pipe that offered no model, so that nobody could ask it",
    "needs_service": "ended with an exception for want of a foreign service, or of a key for one",
    "failed": "ended with an exception",
    "timeout": "had not ended when its time was over",
    "not_loaded": "its function does not load here",
    "packages": "its packages cannot be installed here",
}
TO_AN_END: frozenset[Outcome] = frozenset({"ok", "said"})
NOT_DRIVEN: frozenset[Outcome] = frozenset({"packages", "not_asked"})


@dataclass
class HookRun:
    """What happened to one hook. Times are in seconds."""

    hook: str
    outcome: Outcome
    said: str = ""
    type: str = ""
    line: int | None = None
    traceback: str = ""
    host: str = ""  # for `needs_service`, where it is known
    scene: str = ""
    seconds: float = 0
    events: dict[str, int] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass
class Examined:
    """One function. `runs` is None where nothing was run."""

    subject: Subject
    diagnosis: Diagnosis
    runs: list[HookRun] | None = None
    loaded_kind: str = ""

    @property
    def kind(self) -> str:
        return self.loaded_kind or self.diagnosis.kind

    @property
    def worst_run(self) -> Outcome | None:
        order = list(OUTCOMES)
        return max((run.outcome for run in self.runs or ()), key=order.index, default=None)

    @property
    def verdict(self) -> Literal["works", "look", "fails"]:
        if self.worst_run in ("failed", "timeout", "not_loaded", "packages") or not self.diagnosis.works:
            return "fails"
        warned = any(finding.severity == "warning" for finding in self.diagnosis.findings)
        return "look" if warned or self.worst_run in ("said", "not_asked", "needs_service") else "works"

    def as_dict(self) -> dict[str, Any]:
        diagnosis = self.diagnosis
        return {
            "place": self.subject.place,
            "id": self.subject.id,
            "kind": self.kind,
            "title": diagnosis.title or self.subject.name,
            "version": diagnosis.version,
            "author": diagnosis.author,
            "verdict": self.verdict,
            "hooks": diagnosis.hooks,
            "needs": msgspec.to_builtins(diagnosis.needs),
            "findings": msgspec.to_builtins(diagnosis.findings),
            "runs": None if self.runs is None else [run.as_dict() for run in self.runs],
        }


@dataclass
class Report:
    """Of all functions. `interrupted`: somebody stopped it before its end."""

    functions: list[Examined]
    passed_over: int = 0
    interrupted: bool = False

    @property
    def ok(self) -> bool:
        return all(each.verdict != "fails" for each in self.functions)

    @property
    def has_run(self) -> bool:
        return any(each.runs is not None for each in self.functions)

    def as_dict(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "ok": self.ok,
            "interrupted": self.interrupted,
            "passed_over": self.passed_over,
            "verdicts": dict(Counter(each.verdict for each in self.functions)),
            "kinds": {kind: shares(self.of_kind(kind)) for kind in (*KINDS, "all")} if self.has_run else None,
            "functions": [each.as_dict() for each in self.functions],
        }

    def of_kind(self, kind: str) -> list[Examined]:
        return [each for each in self.functions if kind in (each.kind, "all")]


def shares(functions: Sequence[Examined]) -> dict[str, Any]:
    """Counts of functions and hooks by outcome, and the shares that are measured.

    `loads`: functions that load, of those whose packages can be installed. `to_an_end`: hooks with `ok` or `said`, of
    all but `packages` and `not_asked`. `to_an_end_or_service` counts `needs_service` too. None where there is nothing
    to count.
    """
    ran = [each for each in functions if each.runs is not None]
    hooks = Counter(run.outcome for each in ran for run in each.runs or ())
    installed = [each for each in ran if each.worst_run != "packages"]
    loaded = [each for each in installed if each.worst_run != "not_loaded"]
    driven = sum(count for outcome, count in hooks.items() if outcome not in NOT_DRIVEN)
    ended = sum(hooks[outcome] for outcome in TO_AN_END)
    return {
        "functions": len(ran),
        "installed": len(installed),
        "loaded": len(loaded),
        "hooks": dict(hooks),
        "loads": _share(len(loaded), len(installed)),
        "to_an_end": _share(ended, driven),
        "to_an_end_or_service": _share(ended + hooks["needs_service"], driven),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
