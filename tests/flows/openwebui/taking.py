"""Imports into a store of the test's own, with real workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.engine.local import LocalEngine
from penstock.environments import Environments
from penstock.flows.openwebui.function_checks import FunctionChecks
from penstock.flows.openwebui.importing import import_file
from penstock.flows.openwebui.job import Choices, Job
from penstock.flows.openwebui.report import Noun, Report
from penstock.settings import Settings
from penstock.store import Store


@dataclass
class Target:
    """Where imports go."""

    store: Store
    settings: Settings
    engine: LocalEngine

    async def take(self, file: Path, **choices: Any) -> Report:
        chosen = Choices(**choices)
        report = Report(str(file), chosen.dry_run)
        checks = FunctionChecks(self.engine, Environments(self.settings.data_dir), self.settings)
        try:
            await import_file(Job(file, self.store, self.settings, chosen, report), checks)
        finally:  # what was warm before may be wrong now
            await self.store.close()
            self.store = await Store.open(self.settings)
        return report


@asynccontextmanager
async def target(folder: Path, engine: LocalEngine) -> AsyncIterator[Target]:
    """Packages are not installed."""
    settings = Settings(data_dir=folder, environments=False)
    store = await Store.open(settings)
    made = Target(store, settings, engine)
    yield made
    await made.store.close()


def counts(report: Report, outcome: str) -> dict[str, int]:
    return {noun.name: noun.counts()[outcome] for noun in report.nouns.values() if noun.counts()[outcome]}


def notes(noun: Noun) -> dict[str, tuple[str, str]]:
    """Outcome and notes of each thing."""
    return {item.id: (item.outcome, "; ".join(item.notes)) for item in noun.items}
