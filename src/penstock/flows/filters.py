"""Filters around a model: inlet before, stream during, outlet after (spec F1-F6)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from penstock.errors import AnswerWithheld, FilterBlocked, FilterFailed, PenstockError, RunCancelled, RunFailed
from penstock.flows.completion_answer import Label, text_ends
from penstock.flows.completion_pieces import Pieces
from penstock.flows.completion_request import UNTIL_INLET
from penstock.flows.exchange import Exchange
from penstock.flows.filter_policies import policy_of
from penstock.flows.registry import Serving
from penstock.flows.runs import LiveRun
from penstock.protocol.packing import NOTHING, pack, unpack


class Filters:
    """The filters of one completion, in the order in which they act."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        asker = exchange.asker
        chosen = [] if asker.bypass_filters else exchange.model.filters(exchange.request.filter_ids)
        self._filters = [
            serving
            for serving in chosen
            if serving.id not in asker.callers and (policy_of(serving).tasks or not asker.is_task)
        ]

    @property
    def any(self) -> bool:
        return bool(self._filters)

    def having(self, hook: str) -> list[Serving]:
        return [serving for serving in self._filters if hook in serving.description.hooks]

    async def inlet(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body as the model gets it. Raises `FilterBlocked` with the sentence of the filter that refused."""
        exchange = self._exchange
        body = {**body, "metadata": exchange.metadata}
        for serving in self.having("inlet"):
            try:
                run = await exchange.services.runs.start(exchange.order(serving, "inlet", body))
                result = await run.outcome()
            except RunFailed as error:
                raise FilterBlocked(said(error), hint=f"The filter '{serving.function.name}' stopped it.") from error
            if isinstance(result.value, dict):
                body = result.value
                body.setdefault("metadata", exchange.metadata)
        return self.for_model(body)

    def stream(self, source: AsyncGenerator[Pieces, None]) -> AsyncGenerator[Pieces, None]:
        """What stream filters make of pieces; the source itself where there are none."""
        stages = [_Stage(self._exchange, serving) for serving in self.having("stream")]
        return _through(source, stages) if stages else source

    async def outlet(self, body: dict[str, Any]) -> dict[str, Any]:
        """The conversation after the answer, as the last filter left it. What a failure does is the filter's policy."""
        exchange = self._exchange
        for serving in self.having("outlet"):
            try:
                run = await exchange.services.runs.start(exchange.order(serving, "outlet", body))
                result = await run.outcome()
            except RunCancelled:
                raise
            except PenstockError as error:
                _go_on_or_end(exchange, serving, "outlet", error)
                continue
            if isinstance(result.value, dict):
                body = result.value
        return body

    def for_model(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take out what the model does not get; filters that handle files themselves keep them from it (spec F4)."""
        metadata = body.get("metadata")
        if isinstance(metadata, dict):
            self._exchange.metadata = metadata
        files = body.get("files", self._exchange.metadata.get("files")) or []
        if any(_handles_files(serving) for serving in self.having("inlet")):
            files = []
        self._exchange.metadata["files"] = files
        return {key: value for key, value in body.items() if key not in UNTIL_INLET}


class _Stage:
    """One stream filter: a single run that is fed batches and answers each with as many events."""

    def __init__(self, exchange: Exchange, serving: Serving) -> None:
        self._exchange = exchange
        self._serving = serving
        self._run: LiveRun | None = None
        self._failed = False
        self.ended: PenstockError | None = None  # what ends the answer, after the events that this stage let through

    async def apply(self, events: list[bytes]) -> list[bytes]:
        """The events as the filter left them; as they were from the one on that it fails at. They are packed."""
        if self._failed or not events:
            return events
        answered: list[Any] = []
        try:
            if self._run is None:
                await self._start()
            await self._ask(events, answered)
        except RunCancelled:
            raise
        except PenstockError as error:
            self._failed = True
            try:
                _go_on_or_end(self._exchange, self._serving, "stream", error)
            except PenstockError as end:
                self.ended = end
                return _events(answered)
        return [*_events(answered), *events[len(answered) :]]

    async def close(self, *, whole: bool) -> None:
        """End the run: with an empty last batch, or at once when the answer was broken off."""
        run, self._run = self._run, None
        if run is None or self._failed:
            return
        if whole:
            await run.feed([], last=True)
        else:
            await run.cancel("The answer was stopped.")

    async def _start(self) -> None:
        exchange = self._exchange
        self._run = await exchange.services.runs.start(exchange.order(self._serving, "stream", None, feed=True))
        self._answers = self._run.chunks()

    async def _ask(self, events: list[bytes], answered: list[Any]) -> None:
        """Fill `answered`, also where the filter fails on the way."""
        assert self._run is not None
        await self._run.feed(events)
        while len(answered) < len(events):
            batch = await anext(self._answers, None)
            if batch is None:
                raise RunFailed(f"{self._serving.function.name} ended before the answer did.")
            answered += batch


async def _through(source: AsyncGenerator[Pieces, None], stages: Sequence[_Stage]) -> AsyncGenerator[Pieces, None]:
    label, whole = stages[0]._exchange.label, False
    try:
        async with aclosing(source):
            async for pieces in source:
                events = list(map(pack, as_events(pieces, label)))
                for stage in stages:
                    events = await stage.apply(events)
                if opened := _opened(events):
                    yield opened
                if ended := next((stage.ended for stage in stages if stage.ended is not None), None):
                    raise ended
        whole = True
    finally:
        for stage in stages:
            await stage.close(whole=whole)


def as_events(pieces: Pieces, label: Label) -> list[dict[str, Any]]:
    """Pieces as stream filters see them: every one a chunk."""
    ends = text_ends(label)
    return [
        {**ends, "choices": [{"index": 0, "delta": {"content": piece}, "logprobs": None, "finish_reason": None}]}
        if isinstance(piece, str)
        else piece
        for piece in pieces
    ]


def _events(answered: Sequence[Any]) -> list[bytes]:
    """What a filter gave back, without what it dropped."""
    return [event for event in answered if type(event) is bytes and event != NOTHING]


def _opened(events: Sequence[bytes]) -> Pieces:
    """What the last filter left, without what is no event."""
    pieces: Pieces = []
    for event in events:
        try:
            opened = unpack(event)
        except ValueError:
            continue
        if isinstance(opened, dict):
            pieces.append(opened)
    return pieces


def said(error: PenstockError) -> str:
    """The sentence that the author of a function raised, without what Penstock puts around it."""
    return str(error.fields.get("reason") or error.message)


def _go_on_or_end(exchange: Exchange, serving: Serving, hook: str, error: PenstockError) -> None:
    """What the policy of a filter that failed says: a warning, or an error that ends the answer (spec F2)."""
    name, policy = serving.function.name, policy_of(serving).of(hook)
    if policy == "skip":
        exchange.warn(f"The filter '{name}' failed and was skipped: {said(error)}")
    elif policy == "fail":
        raise FilterFailed(f"The filter '{name}' failed: {said(error)}") from error
    else:
        raise AnswerWithheld(said(error), hint=f"The filter '{name}' withholds the answer.") from error


def _handles_files(serving: Serving) -> bool:
    return serving.description.file_handler
