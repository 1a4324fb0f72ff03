"""What a report says, in rows: medians, spread, the ratio to Open WebUI, and whether the wanted figure is reached."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.scenarios import SCENARIOS, Scenario
from bench.servers import OPEN_WEBUI, PENSTOCK

NOISY = 0.25  # cores that others used meanwhile, above which a scenario is marked


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one server over all rounds."""

    median: float
    least: float
    most: float

    @property
    def spread(self) -> float:
        """From the least to the most, in parts of the median."""
        return (self.most - self.least) / self.median if self.median else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One scenario."""

    scenario: Scenario
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)  # by server, by key
    rounds: dict[str, list[float]] = field(default_factory=dict)  # the first figure, by server

    def cell(self, server: str, key: str | None = None) -> Cell | None:
        return self.cells.get(server, {}).get(key or self.scenario.shown[0][0])

    @property
    def ratio(self) -> float | None:
        """How many times better Penstock's first figure is than Open WebUI's."""
        ours, theirs = self.cell(PENSTOCK), self.cell(OPEN_WEBUI)
        if ours is None or theirs is None or not ours.median or not theirs.median:
            return None
        better = ours.median / theirs.median
        return better if self.scenario.higher_is_better else 1 / better

    @property
    def verdicts(self) -> list[tuple[str, bool]]:
        """What was wanted, and whether the median reaches it."""
        found = [(wanted, self.cell(PENSTOCK, wanted.key)) for wanted in self.scenario.wanted]
        units = dict(self.scenario.shown)
        return [(f"{wanted} {units[wanted.key]}", wanted.met(cell.median)) for wanted, cell in found if cell]

    @property
    def noisy(self) -> bool:
        return any((cell := cells.get("cpu_others")) and cell.median > NOISY for cells in self.cells.values())


def table(report: dict[str, Any]) -> list[Line]:
    """The rows of a report, in the order of the scenarios; what was not measured is left out."""
    found = report["scenarios"]
    return [_line(scenario, found[scenario.name]["rounds"]) for scenario in SCENARIOS if scenario.name in found]


def _line(scenario: Scenario, rounds: dict[str, list[dict[str, float]]]) -> Line:
    first = scenario.shown[0][0]
    rounds = {name: each for name, each in rounds.items() if each}
    cells = {name: _cells(each) for name, each in rounds.items()}
    return Line(scenario, cells, {name: [found[first] for found in each] for name, each in rounds.items()})


def _cells(rounds: Sequence[dict[str, float]]) -> dict[str, Cell]:
    keys = dict.fromkeys(key for each in rounds for key in each)
    return {key: _cell([each[key] for each in rounds if key in each]) for key in keys}


def _cell(values: Sequence[float]) -> Cell:
    return Cell(statistics.median(values), min(values), max(values))


def shown(value: float) -> str:
    """A figure with three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def figures(line: Line, server: str) -> str:
    """All figures of a server in one cell of the table."""
    parts = [
        f"{shown(cell.median)} {unit}".strip() for key, unit in line.scenario.shown if (cell := line.cell(server, key))
    ]
    return "; ".join(parts) or "-"


def lines(report: dict[str, Any]) -> list[str]:
    """The table as Markdown."""
    rows = ["| scenario | floor | Open WebUI | Penstock | wanted | ratio |", "|---|---|---|---|---|---|"]
    for line in table(report):
        wanted = "; ".join(f"{sentence} {'yes' if met else '**no**'}" for sentence, met in line.verdicts) or "-"
        ratio = f"{shown(line.ratio)}x" if line.ratio else "-"
        mark = " (noisy)" if line.noisy else ""
        cells = (figures(line, name) for name in ("floor", OPEN_WEBUI, PENSTOCK))
        rows.append(f"| {line.scenario.title}{mark} | {' | '.join(cells)} | {wanted} | {ratio} |")
    return rows
