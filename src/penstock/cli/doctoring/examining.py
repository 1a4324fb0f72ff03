"""Functions through the examination: read, and where it is asked for loaded and driven, several at a time."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import structs

from penstock.cli.doctoring.driving import Driver
from penstock.cli.doctoring.filled_valves import filled
from penstock.cli.doctoring.report import Examined, HookRun, Outcome
from penstock.cli.doctoring.scenes import SCENES
from penstock.cli.doctoring.stand import Stand, standing
from penstock.cli.doctoring.subjects import Subject
from penstock.errors import PenstockError, RequirementsError
from penstock.flows.offered_names import offered_names
from penstock.functions.diagnosis.diagnose import Diagnosis, diagnose
from penstock.functions.diagnosis.finding import Finding
from penstock.settings import Settings

INSTALL_SECONDS = 600.0
OF_LIBRARIES = frozenset({"OPENAI_API_KEY", "ANTHROPIC_API_KEY"})  # read by clients that are made without a key
_KEY = re.compile(r"(?:key|token|secret|password)$", re.IGNORECASE)
Progress = Callable[[Examined], None]


@dataclass(frozen=True)
class Pace:
    """How many at a time, and how many seconds each may take once it is loaded."""

    parallel: int = 2
    seconds: float = 60.0


def read(subject: Subject) -> Examined:
    """The static part."""
    if subject.error is not None:
        error = subject.error
        finding = Finding(error.code, "error", error.message, error.fields.get("line"), error.hint)
        return Examined(subject, Diagnosis(findings=[finding]))
    return Examined(subject, diagnose(subject.source, offered_names()))


async def run_all(examined: Sequence[Examined], own: Settings, pace: Pace, done: Progress) -> None:
    """Load and drive each; `done` is told of each that is finished. Nothing that one does stops the others."""
    waiting = iter(zip(examined, _ids(examined), strict=True))
    keys = OF_LIBRARIES | {name for each in examined for name in each.diagnosis.needs.environment if _KEY.search(name)}
    async with standing(own, pace.seconds, keys) as stand:

        async def work() -> None:
            for each, function_id in waiting:
                await _run(each, stand, pace, function_id)
                done(each)

        async with asyncio.TaskGroup() as workers:
            for _ in range(max(1, min(pace.parallel, len(examined)))):
                workers.create_task(work())


async def _run(examined: Examined, stand: Stand, pace: Pace, function_id: str) -> None:
    subject = examined.subject
    if subject.error is not None:
        examined.runs = [HookRun("load", "not_loaded", subject.error.message)]
        return
    try:
        await _drive(examined, stand, pace, function_id)
    except PenstockError as error:
        examined.runs = [*(examined.runs or []), _not_loaded(error)]
    except Exception as error:  # noqa: BLE001 - one function must not end the examination of the others
        said = f"The doctor could not go on: {type(error).__name__}: {error}"
        examined.runs = [*(examined.runs or []), HookRun("doctor", "failed", said, type=type(error).__name__)]
    finally:
        await _remove(stand, function_id)


async def _drive(examined: Examined, stand: Stand, pace: Pace, function_id: str) -> None:
    subject, services = examined.subject, stand.services
    try:
        async with asyncio.timeout(INSTALL_SECONDS):
            function = await services.registry.save(
                function_id, subject.name or function_id, subject.source, {}, stand.admin, is_active=True
            )
    except TimeoutError:
        said = f"Installing and loading took longer than {INSTALL_SECONDS:.0f} seconds."
        examined.runs = [HookRun("load", "packages", said)]
        return
    examined.loaded_kind = function.kind
    if function.kind == "action":
        await services.registry.toggle_global(function_id, stand.admin)
    granted = {"hosts": [stand.provider_host], "page_script": True, "budget": {"deadline": pace.seconds}}
    await services.rights.change(function_id, granted, stand.admin, confirmed=True)
    await _fill_valves(stand, function_id)
    driver = Driver(stand, await services.registry.serving(function_id), subject.source)
    try:
        async with asyncio.timeout(pace.seconds * len(SCENES)):
            await driver.drive()
    except TimeoutError:
        for run in services.runs.of_function(function_id):
            await run.cancel("The doctor's time for this function is over.")
        driver.cut_short(pace.seconds * len(SCENES))
    finally:
        examined.runs = driver.runs
        if driver.findings:
            found = [*examined.diagnosis.findings, *driver.findings]
            examined.diagnosis = structs.replace(examined.diagnosis, findings=found)


async def _fill_valves(stand: Stand, function_id: str) -> None:
    services = stand.services
    described = (await services.registry.version_of(function_id)).description
    own = described.user_valves_schema
    wanted = (
        (services.valves.update, described.valves_schema, described.required_valves),
        (services.valves.update_user, own, (own or {}).get("required", [])),
    )
    for update, schema, required in wanted:
        values = filled(schema, required, stand.provider_url)
        for chosen in (values, {name: values[name] for name in required if name in values}):
            if not chosen:
                continue
            with contextlib.suppress(PenstockError):  # where one that nobody asked for does not fit
                await update(function_id, chosen, stand.admin)
                break


async def _remove(stand: Stand, function_id: str) -> None:
    with contextlib.suppress(PenstockError):
        await stand.services.registry.delete(function_id, stand.admin)
    live = [run.id for run in stand.services.runs.of_function(function_id)]
    for run_id in [each for each in stand.heard if each not in live]:
        if await _belongs(stand, run_id, function_id):
            stand.heard.pop(run_id, None)


async def _belongs(stand: Stand, run_id: str, function_id: str) -> bool:
    record = await stand.services.store.runs.get(run_id)
    return record is None or record.function_id == function_id


def _not_loaded(error: PenstockError) -> HookRun:
    outcome: Outcome = "packages" if isinstance(error, RequirementsError) else "not_loaded"
    fields = error.fields
    said = f"{error.message} {error.hint}".strip()
    trace = str(fields.get("traceback") or "")
    return HookRun("load", outcome, said, type=error.code, line=fields.get("line"), traceback=trace)


def _ids(examined: Sequence[Examined]) -> list[str]:
    """An id for each that no other has: what one left behind is not taken for another's."""
    used: Counter[str] = Counter()
    ids = []
    for each in examined:
        wanted = _identifier(each.subject.id)
        used[wanted] += 1
        ids.append(f"{wanted}_{used[wanted]}" if used[wanted] > 1 else wanted)
    return ids


def _identifier(text: str) -> str:
    plain = re.sub(r"\W+", "_", text.lower()).strip("_")[:100]
    return plain if plain.isidentifier() else f"f_{plain}" if plain else "function"
