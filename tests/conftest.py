"""Fixtures that all tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings
from xdist.remote import Producer

from penstock.flows import predicates, refreshed, restoring
from tests import turns
from tests.described import differences
from tests.theatre import playhouse, theatre

__all__ = ["playhouse", "theatre"]

settings.register_profile("any speed", deadline=None)
settings.load_profile("any speed")
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


@pytest.fixture(scope="session", autouse=True)
def _no_list_goes_without_what_is_late() -> Iterator[None]:
    """People see a list at once and the rest a little later; tests want all of it, also on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refreshed, "FIRST_WAIT", 20.0)
        patch.setattr(predicates, "LISTS_WAIT", 20.0)
        patch.setattr(predicates, "DEADLINE", 20.0)
        patch.setattr(restoring, "PATIENCE", 20.0)
        yield


@pytest.fixture(autouse=True)
def _answers_are_as_described() -> Iterator[None]:
    """Whatever a test calls at a server of its own process has to answer as the description of the API says."""
    differences.clear()
    yield
    assert not differences, "\n".join(dict.fromkeys(differences))
