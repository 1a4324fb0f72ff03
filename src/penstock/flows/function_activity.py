"""What each function does just now and did lately: its latest runs, its models, whether a version of it is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from penstock.flows.catalog import Catalog
from penstock.flows.context import Services
from penstock.flows.serving import Serving
from penstock.store.records import Function
from penstock.store.run_tallies import Tally

RECENT = 50
NEVER = Tally(0, 0, None)
ModelNames = list[tuple[str, str]]  # ids and names


@dataclass(frozen=True, slots=True)
class FunctionActivity:
    """`models` is None for what is used with all of them."""

    function: Function
    state: str
    building: bool
    running: int
    tally: Tally
    models: ModelNames | None


async def activity_of(services: Services) -> dict[str, FunctionActivity]:
    """By function id. Costs one query of the store."""
    snapshot = await services.registry.index.current()
    tallies = await services.store.run_tallies.of_functions(RECENT)
    checked = services.registry.source_check.under_way
    running: Counter[str] = Counter()
    for worker in services.engine.workers():
        running[worker.function_id] += worker.runs + worker.background
    paused = {trouble.version_id for trouble in services.engine.troubles()}
    models = _models_of(snapshot.functions.values(), await services.models.catalog())
    return {
        function.id: FunctionActivity(
            function=function,
            state=_state(function, snapshot.servings.get(function.id), paused),
            building=checked[function.id] > 0,
            running=running[function.id],
            tally=tallies.get(function.id, NEVER),
            models=models[function.id],
        )
        for function in snapshot.functions.values()
    }


def _state(function: Function, serving: Serving | None, paused: set[str]) -> str:
    if serving is not None and serving.lacks:
        return "needs_packages"
    return "crashing" if function.version_id in paused and function.state == "ready" else function.state


def _models_of(functions: Iterable[Function], catalog: Catalog) -> dict[str, ModelNames | None]:
    found: dict[str, ModelNames] = {}
    for model in catalog.models.values():
        bound = [*(model.meta.get("actionIds") or ()), *(model.meta.get("filterIds") or ())]
        ids = {str(each).partition(".")[0] for each in bound}
        if model.pipe is not None:
            ids.add(model.pipe.id)
        for function_id in ids:
            found.setdefault(function_id, []).append((model.id, model.name))
    everywhere = {"filter", "action"}
    return {
        function.id: None
        if (function.is_global and function.kind in everywhere) or function.kind == "event"
        else found.get(function.id, [])
        for function in functions
    }
