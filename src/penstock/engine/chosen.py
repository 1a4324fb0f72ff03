"""The engine that the settings name."""

from __future__ import annotations

from penstock.engine.base import Engine
from penstock.engine.local import LocalEngine
from penstock.settings import Settings


def chosen_engine(settings: Settings) -> Engine:
    if settings.engine == "local":
        return LocalEngine(settings)
    from penstock.engine.ray import RayEngine

    return RayEngine(settings)
