"""Fixtures that all tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from xdist.remote import Producer

from tests import turns
from tests.described import differences
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


@pytest.fixture(autouse=True)
def _answers_are_as_described() -> Iterator[None]:
    """Whatever a test calls at a server of its own process has to answer as the description of the API says."""
    differences.clear()
    yield
    assert not differences, "\n".join(dict.fromkeys(differences))
