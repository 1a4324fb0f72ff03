"""What functions do just now and did lately, for a list of all of them: `/api/v1/functions/activity`."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from penstock.api.access import AdminUser, ServicesDep
from penstock.api.documented import documented
from penstock.flows.function_activity import RECENT, activity_of

router = APIRouter(prefix="/api/v1/functions", tags=["functions"])


class ModelName(BaseModel):
    id: str
    name: str


class Activity(BaseModel):
    """One function."""

    version_id: str | None = Field(description="The version that serves.")
    is_active: bool
    state: str = Field(description="As in the list of functions, `crashing` included.")
    building: bool = Field(description="A new version of it is being installed or checked.")
    running: int = Field(description="Runs that are going on, those in the background included.")
    recent: int = Field(description="How many of its latest runs were looked at; only those that have ended count.")
    failed: int = Field(description="How many of these failed.")
    last_run_at: float | None = Field(description="When the latest run began; null where it never ran.")
    models: list[ModelName] | None = Field(
        description="Of a pipe, the models that it is; else those that it is bound to. Null: all models."
    )


class Activities(BaseModel):
    """All functions, by id. `of` is the most runs of each that are looked at."""

    of: int
    functions: dict[str, Activity]


@router.get("/activity")
@documented("What all functions do and did lately")
async def activity(_: AdminUser, services: ServicesDep) -> Activities:
    """Last run, failures among the latest runs, models and what goes on; cheap enough to be asked every few seconds."""
    found = await activity_of(services)
    functions = {
        function_id: Activity(
            version_id=each.function.version_id,
            is_active=each.function.is_active,
            state=each.state,
            building=each.building,
            running=each.running,
            recent=each.tally.ended,
            failed=each.tally.failed,
            last_run_at=each.tally.last_run_at,
            models=None if each.models is None else [ModelName(id=id_, name=name) for id_, name in each.models],
        )
        for function_id, each in found.items()
    }
    return Activities(of=RECENT, functions=functions)
