"""What an import did, or would do: each thing with its outcome, and what stays behind with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["added", "kept", "replaced", "skipped"]
OUTCOMES: tuple[Outcome, ...] = ("added", "replaced", "kept", "skipped")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the source. `notes` say what is different about it here."""

    id: str
    name: str
    outcome: Outcome
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "outcome": self.outcome, "notes": list(self.notes)}


@dataclass(slots=True)
class Noun:
    """All things of one kind."""

    name: str
    items: list[Item] = field(default_factory=list)

    def note(self, item_id: str, name: str, outcome: Outcome, *notes: str) -> None:
        self.items.append(Item(item_id, name, outcome, tuple(note for note in notes if note)))

    def counts(self) -> dict[str, int]:
        counted = Counter(item.outcome for item in self.items)
        return {"found": len(self.items), **{outcome: counted[outcome] for outcome in OUTCOMES}}


@dataclass(frozen=True, slots=True)
class Left:
    """Things that do not come along."""

    what: str
    count: int
    why: str
    names: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "count": self.count, "why": self.why, "names": list(self.names)}


@dataclass(slots=True)
class Report:
    """The whole import. `dry_run` means that nothing was written."""

    file: str
    dry_run: bool
    nouns: dict[str, Noun] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def noun(self, name: str) -> Noun:
        return self.nouns.setdefault(name, Noun(name))

    def as_dict(self) -> dict[str, Any]:
        nouns = {
            noun.name: {**noun.counts(), "items": [item.as_dict() for item in noun.items]}
            for noun in self.nouns.values()
        }
        left = [each.as_dict() for each in self.left]
        return {"file": self.file, "dry_run": self.dry_run, "nouns": nouns, "left_behind": left, "notes": self.notes}
