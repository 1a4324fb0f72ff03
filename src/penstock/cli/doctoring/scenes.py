"""The canned conversations that hooks are driven with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
TABLE = "| city | people |\n|---|---|\n| Bern | 134,000 |\n| Thun | 45,000 |\n"
ANSWER = (
    "# Cities\n\nHere is **what you asked for**, with a source: https://example.com/cities\n\n"
    f"{TABLE}\n```python\ndef greet(name: str) -> str:\n    return f'Hello {{name}}'\n```\n\n"
    "1. Read it.\n2. Run it.\n\n$$E = mc^2$$\n"
)
GERMAN = "Hier ist die Übersicht:\n\n| Stadt | Größe |\n|---|---|\n| Zürich | 434'000 |\n\nViele Grüße!"


@dataclass(frozen=True)
class Scene:
    """What a person asked, and what stands there as the answer."""

    name: str
    question: str
    answer: str
    image: bool = False
    file: bool = False
    stream: bool = True

    def content(self) -> str | list[dict[str, Any]]:
        """The question as a model gets it."""
        if not self.image:
            return self.question
        return [{"type": "text", "text": self.question}, {"type": "image_url", "image_url": {"url": PIXEL}}]


SCENES = (
    Scene("code and a table", "List two cities as a table and write a greeting in Python.", ANSWER, stream=False),
    Scene("a file, in German", "Was steht in der Datei? Bitte als Tabelle.", GERMAN, file=True),
    Scene("an image", "What does this image show?", "It shows **one** pixel.", image=True),
)


@dataclass
class Stored:
    """A scene as a saved chat."""

    scene: Scene
    chat_id: str
    document: dict[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)

    def messages(self) -> list[dict[str, Any]]:
        return [dict(each) for each in self.document["history"]["messages"].values()]


def document_of(scene: Scene, model: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    """The chat that a page would have saved: a question `a` and its answer `b`."""
    now = int(time.time())
    shown: list[dict[str, Any]] = [*files, *([{"type": "image", "url": PIXEL}] if scene.image else [])]
    question = {"id": "a", "parentId": None, "childrenIds": ["b"], "role": "user", "content": scene.question}
    answer = {"id": "b", "parentId": "a", "childrenIds": [], "role": "assistant", "content": scene.answer}
    messages = {
        "a": {**question, "timestamp": now - 10, "files": shown, "models": [model]},
        "b": {**answer, "timestamp": now, "model": model, "modelName": model, "done": True},
    }
    return {"title": scene.name, "models": [model], "history": {"currentId": "b", "messages": messages}}
