"""
title: Long job
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Starts a job that goes on after the action has returned, and shows its progress, also after a reload.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'%3E%3Ccircle cx='12' cy='12' r='9'/%3E%3Cpath d='M12 7v5l3 2'/%3E%3C/svg%3E
install: global
"""

import asyncio
import uuid

from pydantic import BaseModel, Field


class Action:
    class Valves(BaseModel):
        steps: int = Field(default=10, ge=1, le=100, description="How many steps the job has")
        pause: float = Field(default=1.0, ge=0, le=10, description="Seconds that a step takes")

    def __init__(self):
        self.valves = self.Valves()

    def action(self, body: dict, __event_emitter__=None):
        job = uuid.uuid4().hex[:8]
        asyncio.create_task(self.work(job, self.valves.steps, self.valves.pause, __event_emitter__))
        return {"success": True, "message": f"Job {job} has started", "task_id": job}

    async def work(self, job: str, steps: int, pause: float, emit) -> None:
        for step in range(1, steps + 1):
            await asyncio.sleep(pause)
            await emit({"type": "progress", "data": {"progress": step * 100 // steps, "description": f"Job {job}"}})
        await emit({"type": "notification", "data": {"type": "success", "content": f"Job {job} is done"}})
