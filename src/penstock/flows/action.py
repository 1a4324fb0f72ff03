"""Running an action: who may, with which body, and what becomes of its result (spec A2-A9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from penstock.errors import BadRequest, PenstockError, RunCancelled
from penstock.flows import context_values
from penstock.flows.action_access import model_for
from penstock.flows.action_body import clicked_message, full_body
from penstock.flows.action_once import KEY_LIMIT, Answered, Once
from penstock.flows.action_results import ActionResults, StreamedText
from penstock.flows.context import Services
from penstock.flows.context_values import RequestInfo
from penstock.flows.live_run import LiveRun
from penstock.flows.run_order import RunListener, RunOrder
from penstock.functions import results
from penstock.functions.results import ActionOutcome
from penstock.protocol.frames import Result
from penstock.realtime.hub import Target
from penstock.store.records import User

if TYPE_CHECKING:
    from penstock.flows.models import ResolvedModel
    from penstock.flows.registry import Serving

RequestMaker = RequestInfo | Callable[[], RequestInfo] | None
STARTED, FINISHED = "action:started", "action:finished"


class Actions:
    """The one way to run an action, for every trigger of spec A4."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._once = Once(services.store)

    async def run(
        self,
        action_id: str,
        body: Any,
        user: User,
        request: RequestMaker = None,
        idempotency_key: str | None = None,
        trigger: str = "click",
        *,
        listener: RunListener | None = None,
        on_start: Callable[[LiveRun], None] | None = None,
    ) -> Answered:
        """Run an action and give back what it returned, as JSON, with the status of the answer to a program.

        `body` names the chat and the message; without a chat it may be any JSON. Raises what forbids the run and
        what made it fail; for who is no admin without traceback.
        """
        serving, sub_id = await self._services.registry.action(action_id)
        prepared = _Prepared(serving, sub_id, action_id, user, request, trigger, listener, on_start)
        if idempotency_key is None:
            return await self._run(prepared, body)
        if not idempotency_key or len(idempotency_key) > KEY_LIMIT:
            raise BadRequest(f"An Idempotency-Key has 1 to {KEY_LIMIT} characters.")
        prepared.key = f"{sub_id}:{idempotency_key}" if sub_id else idempotency_key
        key = (user.id, serving.function.id, prepared.key)
        return await self._once.run(key, lambda: self._run(prepared, body))

    async def try_out(
        self,
        serving: Serving,
        sub_id: str | None,
        body: Any,
        user: User,
        request: RequestMaker,
        listener: RunListener,
        on_start: Callable[[LiveRun], None],
    ) -> Answered:
        """Run a source that is not saved, under no model's message and without asking who may."""
        prepared = _Prepared(serving, sub_id, serving.id, user, request, "try", listener, on_start)
        prepared.draft = True
        return await self._run(prepared, body)

    async def run_nested(self, order: RunOrder, data: Mapping[str, Any]) -> Any:
        """Run an action that another function called through its caller: for the same user, at the same message."""
        action_id = str(data["id"])
        serving, sub_id = await self._services.registry.action(action_id)
        prepared = _Prepared(serving, sub_id, action_id, order.user, None, "function")
        prepared.parent = order
        own: Mapping[str, Any] = order.body if isinstance(order.body, Mapping) else {}
        given = data.get("body")
        inherited = {name: own[name] for name in _INHERITED if name in own}
        body = {**inherited, **given} if isinstance(given, Mapping) else given or dict(own)
        return (await self._run(prepared, body)).value

    async def _run(self, prepared: _Prepared, sent: Any) -> Answered:
        message = None
        body = sent
        chat_id = session_id = message_id = None
        fields: Mapping[str, Any] = sent if isinstance(sent, Mapping) else {}
        if fields:
            message = await clicked_message(self._services, fields, prepared.user)
            chat_id, message_id, session_id = (_text(fields.get(name)) for name in ("chat_id", "id", "session_id"))
        model_id = fields.get("model") or (message.model if message else None)
        model = await self._model(prepared, model_id)
        if isinstance(sent, Mapping):
            body = await full_body(self._services, fields, message, model)
        target = Target.of(prepared.user.id, chat_id, message_id, session_id)
        if prepared.parent is not None:
            target = prepared.parent.target
        run = await self._start(prepared, body, target, model)
        return await self._finish(prepared, run, body)

    async def _model(self, prepared: _Prepared, model_id: Any) -> ResolvedModel | None:
        if not prepared.draft:
            return await model_for(self._services, prepared.serving, prepared.action_id, model_id, prepared.user)
        return await self._services.models.resolve(model_id, prepared.user) if model_id else None

    async def _start(self, prepared: _Prepared, body: Any, target: Target, model: ResolvedModel | None) -> LiveRun:
        serving, user, parent = prepared.serving, prepared.user, prepared.parent
        fields: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        context = context_values.build(
            serving.description,
            "action",
            user=user,
            id=prepared.sub_id or serving.function.id,
            model=model.wire if model else fields.get("model_item"),
            metadata=fields.get("metadata"),
            request=prepared.request,
            chat_id=target.chat_id,
            session_id=target.session_id,
            message_id=target.message_id,
            messages=fields.get("messages"),
            files=fields.get("files"),
            features=fields.get("features"),
            body=body,
        )
        order = RunOrder(
            serving=serving,
            hook="action",
            body=body,
            context=context,
            user=user,
            target=target,
            trigger=prepared.trigger,
            idempotency_key=prepared.key,
            depth=parent.depth + 1 if parent else 0,
            callers=(*parent.callers, parent.serving.id) if parent else (),
            listener=prepared.listener or (parent.listener if parent else None),
            models=model.lineage if model else (),
            action_id=prepared.action_id,
            button=prepared.name,
            draft=prepared.draft,
            record=not prepared.draft,
            on_queued=lambda order: self._announce_start(order, prepared, state="queued"),
        )
        try:
            run = await self._services.runs.start(order)
        except PenstockError as error:
            status = "cancelled" if isinstance(error, RunCancelled) else "failed"
            self._announce_end(order, prepared, status, error.message)
            raise _for_user(error, user, order.id) from error
        self._announce_start(order, prepared)
        if prepared.on_start is not None:
            prepared.on_start(run)
        return run

    async def _finish(self, prepared: _Prepared, run: LiveRun, body: Any) -> Answered:
        user = prepared.user
        applied = ActionResults(self._services, run, body)
        try:
            streamed = StreamedText(self._services, run, body)
            async for items in run.chunks():
                streamed.add(items)
            outcome = _outcome_of(await run.outcome(), streamed, body)
        except PenstockError as error:
            status = "cancelled" if isinstance(error, RunCancelled) else "failed"
            if status == "failed" and not prepared.draft:
                applied.toast("error", error.message)
            self._announce_end(run.order, prepared, status, error.message)
            raise _for_user(error, user, run.id) from error
        await applied.apply(outcome)
        self._announce_end(run.order, prepared, outcome.status, outcome.error)
        return Answered(_seen_by(user, outcome.response), outcome.status_code)

    def _announce_start(self, order: RunOrder, prepared: _Prepared, **more: str) -> None:
        started = {"run_id": order.id, "action_id": prepared.action_id, "name": prepared.name, **more}
        self._announce(order, STARTED, started, keep=False)

    def _announce_end(self, order: RunOrder, prepared: _Prepared, status: str, error: str | None) -> None:
        data = {"run_id": order.id, "action_id": prepared.action_id, "status": status}
        self._announce(order, FINISHED, {**data, "error": error} if error else data)

    def _announce(self, order: RunOrder, event_type: str, data: Any, *, keep: bool = True) -> None:
        if order.target.message_id and not order.draft:
            self._services.hub.emit(order.target, event_type, data, order.id, keep=keep)


_FOR_USERS = ("budget", "limit", "retry_after")
_INHERITED = ("model", "chat_id", "session_id", "id", "messages")


class _Prepared:
    """What is settled before the body is looked at."""

    __slots__ = (
        "action_id", "draft", "key", "listener", "on_start", "parent", "request", "serving", "sub_id", "trigger", "user"
    )  # fmt: skip

    def __init__(
        self,
        serving: Serving,
        sub_id: str | None,
        action_id: str,
        user: User,
        request: RequestMaker,
        trigger: str,
        listener: RunListener | None = None,
        on_start: Callable[[LiveRun], None] | None = None,
    ) -> None:
        self.serving = serving
        self.sub_id = sub_id
        self.action_id = action_id
        self.user = user
        self.request = request
        self.trigger = trigger
        self.listener = listener
        self.on_start = on_start
        self.draft = False
        self.key: str | None = None
        self.parent: RunOrder | None = None

    @property
    def name(self) -> str:
        """What the button says."""
        for button in self.serving.description.actions:
            if button.id == self.sub_id:
                return button.name or button.id
        name: str = self.serving.function.name
        return name


def _outcome_of(result: Result, streamed: StreamedText, body: Any) -> ActionOutcome:
    if result.form == "stream":
        return ActionOutcome("".join(streamed.parts))
    return results.interpret(result.form, result.value, body)


def _seen_by(user: User, response: Any) -> Any:
    """The response without a returned traceback, unless an admin reads it (spec A5, I7)."""
    if user.role == "admin" or not isinstance(response, Mapping) or "traceback" not in response:
        return response
    return {name: value for name, value in response.items() if name != "traceback"}


def _for_user(error: PenstockError, user: User, run_id: str) -> PenstockError:
    """The error as that user may see it: the whole for admins, the sentence for others."""
    if user.role == "admin":
        error.fields.setdefault("run_id", run_id)
        return error
    hint = "" if error.code == "run_failed" else error.hint
    kept = {name: error.fields[name] for name in _FOR_USERS if name in error.fields}
    return type(error)(error.message, hint=hint, run_id=run_id, **kept)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
