"""Driving the hooks of one loaded function as people, models and the server would."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import msgspec

from penstock.cli.doctoring import outcome, provider
from penstock.cli.doctoring.report import OUTCOMES, HookRun
from penstock.cli.doctoring.scenes import SCENES, Stored
from penstock.cli.doctoring.stand import Stand
from penstock.errors import PenstockError
from penstock.flows import context_values
from penstock.flows.completion_request import PAGE_FEATURES
from penstock.flows.registry import Serving
from penstock.flows.run_order import RunOrder
from penstock.functions.diagnosis.finding import Finding
from penstock.functions.packages import Package
from penstock.functions.refusals import SOURCE, refused_hosts
from penstock.realtime.hub import Target
from penstock.store.records import RunRecord

LOG_LINES = 12
SETTLE_SECONDS = 3.0
LIST_SECONDS = 10.0
EVENTS = ("system.startup.completed", "chat.finished")
ACTING = ("queued", "running")
TAB = "doctor-tab"
IMAGE = next(scene for scene in SCENES if scene.image)
NO_IMAGES = "`content` is a list of parts then; take the texts of those with `type` `text`."
OF_THE_SERVER = frozenset({"action:started", "action:finished", "request:interaction:done"})


class Driver:
    """Drives one function. `runs` has what happened so far, also when driving is cut short."""

    def __init__(self, stand: Stand, serving: Serving, source: str | Package) -> None:
        self._stand = stand
        self._serving = serving
        self._source = source
        self._id = serving.function.id
        self._seen: set[str] = set()
        self._runs: dict[str, HookRun] = {}
        self._taken: list[str] = []
        self._chosen_models: set[str] = set()
        self._models_made: list[str] = []
        self.findings: list[Finding] = []

    @property
    def runs(self) -> list[HookRun]:
        return list(self._runs.values())

    @property
    def hooks(self) -> list[str]:
        """What is driven: every hook, and every button of an action."""
        described = self._serving.description
        if described.kind == "action":
            return [f"action.{button.id}" for button in described.actions] or ["action"]
        return list(described.hooks)

    async def drive(self) -> None:
        """Everything. Takes as long as the function does."""
        drives: dict[str, Callable[[], Awaitable[None]]] = {
            "pipe": self._pipe,
            "filter": self._filter,
            "action": self._action,
            "event": self._event,
        }
        await drives[self._serving.description.kind]()

    def cut_short(self, seconds: float) -> None:
        """Say that its time is over for whatever did not end."""
        for hook in self.hooks:
            if hook not in self._runs:
                self._runs[hook] = HookRun(hook, "timeout", f"It had not ended after {seconds:g} seconds.")

    # Kinds

    async def _action(self) -> None:
        for scene in SCENES[:2]:  # it sees an image as an attachment at most
            stored = await self._stand.chat(scene, provider.MODEL)
            for hook in self.hooks:
                sub_id = hook.partition(".")[2]
                body = {
                    "model": provider.MODEL,
                    "messages": stored.messages(),
                    "chat_id": stored.chat_id,
                    "session_id": TAB,
                    "id": "b",
                }
                path = f"/api/chat/actions/{self._id}{f'.{sub_id}' if sub_id else ''}"
                await self._during(scene.name, self._stand.call("POST", path, body), hook)

    async def _filter(self) -> None:
        model = f"doctor-{self._id}"
        form = {"id": model, "base_model_id": provider.MODEL, "name": model, "meta": {"filterIds": [self._id]}}
        await self._stand.call("POST", "/api/v1/models/create", form)
        try:
            await self._converse(model, {"filter_ids": [self._id]})
            if any(hook not in self._runs for hook in self.hooks) and await self._add_missing_models():
                await self._converse(model, {"filter_ids": [self._id]})
        finally:
            for made in (model, *self._models_made):
                await self._stand.services.store.models.delete(made)
        for hook in self.hooks:
            self._missed(hook, "The hook was not called.", because="inlet")

    async def _add_missing_models(self) -> bool:
        """Filters send chats on to models that their authors have; the same under the doctor's own."""
        known = {each["id"] for each in (await self._stand.call("GET", "/api/models"))["data"]}
        for name in self._chosen_models - known:
            form = {"id": name, "base_model_id": provider.MODEL, "name": name, "meta": {}}
            await self._stand.call("POST", "/api/v1/models/create", form)
            self._models_made.append(name)
        return bool(self._models_made)

    async def _pipe(self) -> None:
        described = self._serving.description
        if described.has_pipes and described.pipes is None:
            await self._during("the list of models", self._run_hook("pipes", None), "pipes")
        ids = await self._own_models()
        if ids:
            await self._converse(ids[0], {})
        self._missed("pipe", "It offers no model, so nobody can ask it.", because="pipes")
        if "pipes" in described.hooks and "pipes" not in self._runs:
            self._runs["pipes"] = HookRun("pipes", "ok", f"{len(ids)} models")

    async def _own_models(self) -> list[str]:
        """The models that the pipe makes; the server fetches a list in the background, so that it may come later."""
        until = time.monotonic() + (LIST_SECONDS if "pipes" in self._runs else 0)
        path = "/api/models?refresh=true"
        while True:
            catalogue = (await self._stand.call("GET", path))["data"]
            ids = [each["id"] for each in catalogue if each["id"] == self._id or each["id"].startswith(f"{self._id}.")]
            if ids or time.monotonic() > until:
                return ids
            path = "/api/models"
            await asyncio.sleep(0.1)

    async def _event(self) -> None:
        scene = await self._stand.chat(SCENES[0], provider.MODEL)
        for name in EVENTS:
            kind, _, operation = name.rpartition(".")
            data = {"chat_id": scene.chat_id, "message_id": "b", "model": provider.MODEL} if kind == "chat" else {}
            user = self._stand.admin
            actor = {"type": "user", "id": user.id, "name": user.name, "email": user.email, "role": user.role}
            subject = {"type": kind, "id": data.get("chat_id", "")}
            event = {"id": f"doctor-{name}", "name": name, "event": name, "time": time.time(), "actor": actor}
            body = {**event, "subject": subject, "resource": kind, "operation": operation, "data": data}
            await self._during(name, self._run_hook("event", body, scene, event_name=name), "event")

    # Ways to call

    async def _converse(self, model: str, more: dict[str, Any]) -> None:
        """Ask without streaming, then streamed into a message, with what a page sends along."""
        for scene in SCENES:
            stored = await self._stand.chat(scene, model)
            body = {
                "model": model,
                "messages": [{"role": "user", "content": scene.content()}],
                "files": stored.files,
                "stream": scene.stream,
                "chat_id": stored.chat_id,
                **more,
            }
            if not scene.stream:
                plain = {name: value for name, value in body.items() if name != "files"} | {"features": PAGE_FEATURES}
                await self._during(scene.name, self._stand.call("POST", "/api/chat/completions", plain))
                continue
            message = {
                "role": "assistant",
                "content": "",
                "parentId": "a",
                "childrenIds": [],
                "id": "c",
                "model": model,
            }
            stored.document["history"]["messages"]["c"] = {**message, "timestamp": int(time.time()), "done": False}
            await self._stand.call("POST", f"/api/v1/chats/{stored.chat_id}", {"chat": stored.document})
            await self._during(scene.name, self._into_message(body, stored))

    async def _into_message(self, body: dict[str, Any], stored: Stored) -> None:
        page = {**body, "session_id": TAB, "id": "c", "parent_id": "a", "background_tasks": {}}
        await self._stand.call("POST", "/api/chat/completions", page)
        while True:
            message = await self._stand.services.hub.message(stored.chat_id, "c")
            if message is None or message.done or getattr(message, "error", None):
                return
            await asyncio.sleep(0.05)

    async def _run_hook(self, hook: str, body: Any, stored: Stored | None = None, **context: Any) -> None:
        stand = self._stand
        chat_id = stored.chat_id if stored else None
        serving = await stand.services.registry.serving(self._id)
        values = context_values.build(
            serving.description,
            hook,
            user=stand.admin,
            id=self._id,
            body=body,
            event=body,
            metadata={"chat_id": chat_id, "message_id": "b", "user_id": stand.admin.id},
            request=context_values.RequestInfo(base_url=f"{stand.base_url}/"),
            chat_id=chat_id,
            message_id="b" if chat_id else None,
            **context,
        )
        target = Target.of(stand.admin.id, chat_id, "b" if chat_id else None)
        order = RunOrder(
            serving=serving, hook=hook, body=body, context=values, user=stand.admin, target=target, trigger="doctor"
        )
        run = await stand.services.runs.start(order)
        async for _ in run.chunks():
            pass
        await run.outcome()

    # What came of it

    async def _during(self, scene: str, work: Awaitable[Any], hook: str = "") -> None:
        """Do something, and take the records of the runs that it caused; where it left none, the error counts."""
        before = set(self._seen)
        error: Exception | None = None
        try:
            await work
        except (PenstockError, httpx.HTTPError) as caught:
            error = caught
        async for record in self._ended():
            await self._take(record, scene)
        if error is not None and self._seen == before:
            said = error.message if isinstance(error, PenstockError) else str(error)
            name = hook or next(iter(self.hooks), "")
            self._keep(HookRun(name, "failed", said, type=type(error).__name__, scene=scene))

    async def _ended(self) -> AsyncIterator[RunRecord]:
        """Records that are new, once they have ended; a run in the background counts as ended."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            records = await self._stand.services.store.runs.list(self._id, limit=500)
            new = [record for record in records if record.id not in self._seen]
            if all(record.state not in ACTING for record in new) or time.monotonic() > until:
                break
            await asyncio.sleep(0.05)
        for record in reversed(new):
            self._seen.add(record.id)
            yield record

    async def _take(self, record: RunRecord, scene: str) -> None:
        heard = self._stand.of_run(record.id)
        run = HookRun(self._name(record), "ok", scene=scene, questions=heard.questions)
        run.events = dict(Counter(kind for kind, _ in heard.events if kind not in OF_THE_SERVER))
        run.seconds = round(max(0.0, (record.ended_at or time.time()) - record.started_at), 3)
        logs = await self._stand.services.store.runs.logs(record.id)
        run.log = [f"{line.level.lower()}: {line.text}"[:500] for line in logs[-LOG_LINES:]]
        if record.error is not None:
            refused = [each.host for each in refused_hosts(line.text for line in logs if line.thread == SOURCE)]
            run.outcome, run.host = outcome.of_error(record.error, self._source, refused)
            run.said, run.type = str(record.error.get("message")), str(record.error.get("type"))
            run.line, run.traceback = record.error.get("line"), str(record.error.get("traceback") or "")
        else:
            result = _plain(record.result)
            run.outcome, run.said = outcome.of_result(result, list(heard.events))
            if record.hook == "inlet" and isinstance(result, dict) and isinstance(result.get("model"), str):
                self._chosen_models.add(result["model"])
        self._keep(run)

    def _name(self, record: RunRecord) -> str:
        """Buttons have names of their own; the record knows the hook only."""
        if record.hook != "action" or self.hooks == ["action"]:
            return record.hook
        done = Counter(self._taken)
        return min(self.hooks, key=lambda name: (done[name], self.hooks.index(name)))

    def _keep(self, run: HookRun) -> None:
        """One line for each hook: the worst that happened to it, with all that it emitted and asked."""
        self._taken.append(run.hook)
        before = self._runs.get(run.hook)
        if before is None:
            self._runs[run.hook] = run
            return
        if _takes_no_images(run):
            said = f"`{run.hook}` fails where a message has an image: {run.said}"
            self.findings.append(Finding("no_images", "warning", said, run.line, NO_IMAGES))
            return
        order = list(OUTCOMES)
        worse, other = (run, before) if order.index(run.outcome) > order.index(before.outcome) else (before, run)
        worse.events = dict(Counter(worse.events) + Counter(other.events))
        worse.questions = [*before.questions, *run.questions]
        worse.seconds = max(before.seconds, run.seconds)
        self._runs[run.hook] = worse

    def _missed(self, hook: str, said: str, because: str = "") -> None:
        if hook in self._runs:
            return
        cause = self._runs.get(because)
        if cause is not None and cause.outcome != "ok":
            self._runs[hook] = HookRun(
                hook, cause.outcome, f"{said} {cause.said}", type=cause.type, line=cause.line, host=cause.host
            )
        else:
            self._runs[hook] = HookRun(hook, "not_asked" if because == "pipes" else "failed", said)


def _takes_no_images(run: HookRun) -> bool:
    """Whether it stumbled over content that is a list of parts; it would everywhere."""
    return run.scene == IMAGE.name and run.outcome == "failed" and "list" in f"{run.said}{run.traceback}"


def _plain(value: Any) -> Any:
    """A result as it was kept: records hold JSON that nobody has read yet."""
    return msgspec.json.decode(bytes(value)) if isinstance(value, msgspec.Raw) else value
