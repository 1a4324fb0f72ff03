"""One completion under way: who asked what of which model, and where events go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from penstock.errors import PenstockError
from penstock.flows import context_values
from penstock.flows.completion_answer import Label
from penstock.flows.completion_pieces import Pieces
from penstock.flows.completion_request import Asker, CompletionRequest
from penstock.flows.completion_results import model_error
from penstock.flows.context import Services
from penstock.flows.models import ResolvedModel
from penstock.flows.registry import Serving
from penstock.flows.run_order import RunOrder
from penstock.realtime.hub import Target

TRIGGER = "completion"


@dataclass(slots=True)
class Exchange:
    """What every step of a completion needs. `warnings` are sentences about what was skipped on the way."""

    services: Services
    request: CompletionRequest
    asker: Asker
    model: ResolvedModel
    target: Target
    label: Label
    metadata: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    tools: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name; see `penstock.flows.tools`

    def order(self, serving: Serving, hook: str, body: Any, *, feed: bool = False) -> RunOrder:
        """The order for one hook of one function in this completion."""
        asker = self.asker
        return RunOrder(
            serving=serving,
            hook=hook,
            body=body,
            context=self._context(serving, hook, body),
            user=asker.user,
            target=self.target,
            trigger=TRIGGER,
            feed=feed,
            depth=asker.depth,
            callers=asker.callers,
            models=self.model.lineage,
        )

    def _context(self, serving: Serving, hook: str, body: Any) -> dict[str, Any]:
        whole = body if isinstance(body, dict) else {}
        return context_values.build(
            serving.description,
            hook,
            user=self.asker.user,
            id=serving.function.id,
            model=self.model.wire,
            metadata=self._metadata_for(hook),
            request=self.asker.request,
            chat_id=self.target.chat_id or self.request.chat_id,
            session_id=self.request.session_id,
            message_id=self.target.message_id,
            messages=whole.get("messages"),
            files=self.metadata["files"],
            tools=self.tools,
            task=self.request.task,
            task_body=self.request.task_body,
            features=self.request.features,
            body=whole,
            oauth_token=None,
        )

    def _metadata_for(self, hook: str) -> dict[str, Any]:
        """Pipes find the tools in the metadata too; what filters get comes back from them, and has none."""
        return {**self.metadata, "tools": self.tools} if self.tools and hook == "pipe" else self.metadata

    def sort_out(self, pieces: Pieces) -> tuple[Pieces, PenstockError | None]:
        """Show the events among pieces, and take an error out; what is left is the answer."""
        if all(type(piece) is str for piece in pieces):
            return pieces, None
        kept: Pieces = []
        for piece in pieces:
            if isinstance(piece, dict) and "choices" not in piece:
                if isinstance(event := piece.get("event"), dict):
                    self.show(str(event.get("type", "")), event.get("data"))
                    continue
                if error := piece.get("error"):
                    return kept, model_error(error)
            kept.append(piece)
        return kept, None

    def show(self, type: str, data: Any) -> None:
        """Show an event at the message that is being answered."""
        self.services.hub.emit(self.target, type, data)

    def take_warnings(self) -> list[str]:
        """What was not told yet."""
        warnings, self.warnings = self.warnings, []
        return warnings

    def warn(self, sentence: str) -> None:
        """Say what was skipped: in the answer for a program, at the message for a person."""
        self.warnings.append(sentence)
        if self.target.chat_id is not None:
            self.show("status", {"description": sentence, "done": True, "level": "warning"})


def metadata_of(request: CompletionRequest, asker: Asker, model: ResolvedModel, target: Target) -> dict[str, Any]:
    """What functions read as `__metadata__`."""
    return {
        "user_id": asker.user.id,
        "chat_id": target.chat_id or request.chat_id,
        "message_id": target.message_id,
        "session_id": request.session_id,
        "filter_ids": request.filter_ids or [],
        "tool_ids": request.tool_ids or [],
        "files": request.files,
        "features": request.features,
        "variables": request.variables,
        "model": model.wire,
        "params": dict(model.params),
        "interface": "open-webui",
        **({"task": request.task, "task_body": request.task_body} if request.task else {}),
    }
