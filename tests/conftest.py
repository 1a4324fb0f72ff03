"""Fixtures that all tests share."""

from __future__ import annotations

import pytest

from tests.theatre import theatre

__all__ = ["theatre"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
