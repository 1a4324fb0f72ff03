"""Lists of models, as the routes give them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from open_webui.models.models import ModelListResponse, ModelModel, Models


def get_models(*_: Any, **__: Any) -> ModelListResponse:
    """Models that an admin built on others, as far as the calling user may use them."""
    found = Models.get_models()
    return _IterableList(items=found, total=len(found))


def get_base_models(*_: Any, **__: Any) -> list[ModelModel]:
    return Models.get_base_models()


def get_model_by_id(id: str, *_: Any, **__: Any) -> ModelModel | None:
    return Models.get_model_by_id(id)


class _IterableList(ModelListResponse):
    """Also iterated as the plain list that earlier releases gave."""

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __add__(self, others: Iterable[Any]) -> list[Any]:
        return [*self.items, *others]

    def __radd__(self, others: Iterable[Any]) -> list[Any]:
        return [*others, *self.items]
