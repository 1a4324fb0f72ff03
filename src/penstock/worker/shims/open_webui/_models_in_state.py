"""`app.state.MODELS` and `BASE_MODELS`: the models that the calling user may use, asked for when looked at in a run.

Authors ask whether they are a dict and a list, so they are; while a function is loaded they are empty.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any
from weakref import WeakKeyDictionary

from open_webui._bridge import call
from penstock.worker.runs import Run, current

Model = dict[str, Any]


class ModelsByID(dict[str, Model]):
    """By id, as `GET /api/models` shows them."""

    def __init__(self) -> None:
        super().__init__()
        self._of_run: WeakKeyDictionary[Run, dict[str, Model]] = WeakKeyDictionary()

    def _found(self) -> dict[str, Model]:
        run = current.get()
        if run is None:
            return {}
        if run not in self._of_run:
            self._of_run[run] = {model["id"]: model for model in call("models.list")}
        return self._of_run[run]

    def __getitem__(self, id: str) -> Model:
        return self._found()[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())

    def __contains__(self, id: object) -> bool:
        return id in self._found()

    def __repr__(self) -> str:
        return repr(self._found())

    def get(self, id: str, default: Any = None) -> Any:
        return self._found().get(id, default)

    def keys(self) -> KeysView[str]:
        return self._found().keys()

    def values(self) -> ValuesView[Model]:
        return self._found().values()

    def items(self) -> ItemsView[str, Model]:
        return self._found().items()

    def copy(self) -> dict[str, Model]:
        return dict(self._found())


class BaseModels(list[Model]):
    """Those that are not built on others."""

    def __init__(self, models: ModelsByID) -> None:
        super().__init__()
        self._models = models

    def _found(self) -> list[Model]:
        return [model for model in self._models.values() if not (model.get("info") or {}).get("base_model_id")]

    def __iter__(self) -> Iterator[Model]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())

    def __getitem__(self, index: Any) -> Any:
        return self._found()[index]

    def __contains__(self, model: object) -> bool:
        return model in self._found()

    def __repr__(self) -> str:
        return repr(self._found())
