"""Fixtures that all tests share."""

from __future__ import annotations

import os
import sys

import pytest
from xdist.remote import Producer

from tests import turns
from tests.theatre import theatre

__all__ = ["theatre"]

sys.dont_write_bytecode = False  # a server that compiles everything anew takes three times as long to start
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: turns.turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> turns.ByFile:
    return turns.ByFile(config, log)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
