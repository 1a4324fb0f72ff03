"""Takes in functions with the valves of admins and of users."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from penstock.flows.openwebui import function_rows, people_rows
from penstock.flows.openwebui.function_checks import FunctionChecks, FunctionReady, Values
from penstock.flows.openwebui.function_rows import FunctionFound, Sealed
from penstock.flows.openwebui.job import Job
from penstock.flows.openwebui.report import Outcome
from penstock.flows.openwebui.rows import BrokenRow, Row, text
from penstock.flows.openwebui.source import Source
from penstock.store import tables
from penstock.store.function_set import FunctionChange
from penstock.store.intake import Arrivals
from penstock.store.records import Function

TOOL = "it is a tool, and Penstock has no tools"


@dataclass(frozen=True, slots=True)
class Planned:
    """A function that is ready to be written, and what it is listed as."""

    found: FunctionFound
    ready: FunctionReady
    outcome: Outcome


async def plan_functions(
    job: Job, rows: Iterable[Row], sealed: Sealed, user_valves: dict[str, dict[str, Values]], checks: FunctionChecks
) -> list[Planned]:
    """Load every function that comes along. This takes its time, so that it happens before anything is written."""
    present = {function.id: function for function in await job.store.functions.list()}
    planned: dict[str, Planned] = {}
    noun = job.report.noun("functions")
    for place, row in enumerate(rows, 1):
        item = text(row, "id") or f"item {place}", text(row, "name")
        try:
            found = function_rows.function_of(row, sealed)
            if function_rows.is_tool(row):
                raise BrokenRow(TOOL)
            if found.id in planned:
                raise BrokenRow("another one has the same id")
        except BrokenRow as error:
            noun.note(*item, "skipped", str(error))
            continue
        known = present.get(found.id)
        if known is not None and not job.choices.replace:
            noun.note(found.id, found.name, "kept")
            continue
        ready = await _ready(job, found, known, user_valves.get(found.id, {}), checks)
        if ready.change is None:
            noun.note(found.id, found.name, "skipped", *ready.notes)
        else:
            planned[found.id] = Planned(found, ready, "replaced" if known else "added")
    return list(planned.values())


async def _ready(
    job: Job, found: FunctionFound, known: Function | None, valves: dict[str, Values], checks: FunctionChecks
) -> FunctionReady:
    job.progress(f"Function {found.id}")
    if job.choices.off:
        found = found.switched_off()
    if known is not None and await _is_the_same(job, found, known):
        change = structs.replace(known, name=found.name, is_active=found.is_active, is_global=found.is_global)
        return FunctionReady(FunctionChange(function=change, valves=found.valves or None), valves)
    return await checks.ready(found, job.owner(found.user_id), known, valves, job.progress)


async def _is_the_same(job: Job, found: FunctionFound, known: Function) -> bool:
    version = await job.store.versions.get(known.version_id or "")
    return version is not None and version.source == found.source and known.state in ("ready", "needs_configuration")


async def take_functions(job: Job, planned: Iterable[Planned], arrivals: Arrivals) -> None:
    noun, of_users = job.report.noun("functions"), job.report.noun("user valves")
    stored = await _stored(arrivals)
    for each in planned:
        change = each.ready.change
        if change is None:
            continue
        await arrivals.put_function(change)
        noun.note(each.found.id, each.found.name, each.outcome, *each.found.notes, *each.ready.notes)
        for user_id, values in each.ready.user_valves.items():
            await arrivals.put_user_valves(each.found.id, user_id, values)
            outcome: Outcome = "replaced" if (each.found.id, user_id) in stored else "added"
            of_users.note(f"{each.found.id}/{user_id}", each.found.name, outcome)


def user_valves_of(job: Job, source: Source, sealed: Sealed) -> dict[str, dict[str, Values]]:
    """What users have set, by function and by who they are here."""
    found: dict[str, dict[str, Values]] = {}
    noun = job.report.noun("user valves")
    for row in source.rows("user"):
        user = job.users.get(text(row, "id"))
        for function_id, values in people_rows.user_valves_of(row).items() if user else ():
            try:
                opened = sealed.opened(values)
            except BrokenRow as error:
                noun.note(f"{function_id}/{user.id if user else ''}", function_id, "skipped", str(error))
                continue
            if opened and user:
                found.setdefault(function_id, {})[user.id] = opened
    return found


async def take_user_valves(job: Job, kept: dict[str, dict[str, Values]], arrivals: Arrivals) -> None:
    """Of functions that were there already: for users who have set nothing yet; they are checked when they are used."""
    noun = job.report.noun("user valves")
    stored = await _stored(arrivals)
    known = await arrivals.ids(tables.functions)
    for function_id, by_user in kept.items():
        for user_id, values in by_user.items():
            item = f"{function_id}/{user_id}", function_id
            if function_id not in known:
                noun.note(*item, "skipped", "the function does not come along")
            elif (function_id, user_id) in stored:
                noun.note(*item, "kept")
            else:
                await arrivals.put_user_valves(function_id, user_id, values)
                noun.note(*item, "added")


async def _stored(arrivals: Arrivals) -> set[tuple[str, str]]:
    return await arrivals.pairs(tables.valves.c.function_id, tables.valves.c.user_id)
