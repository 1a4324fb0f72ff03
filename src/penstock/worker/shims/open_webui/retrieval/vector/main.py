"""Shapes of what a vector store gives. There is no store: see `factory`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class VectorItem(BaseModel):
    model_config = ConfigDict(defer_build=True)

    id: str
    text: str
    vector: list[float | int]
    metadata: Any = None


class GetResult(BaseModel):
    model_config = ConfigDict(defer_build=True)

    ids: list[list[str]] | None = None
    documents: list[list[str]] | None = None
    metadatas: list[list[Any]] | None = None


class SearchResult(GetResult):
    distances: list[list[float | int]] | None = None


class VectorDBBase:
    """The root of stores that functions bring."""
