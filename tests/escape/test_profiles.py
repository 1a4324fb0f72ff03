"""The two other profiles: `closed` reaches nothing at all, `trusted` is a decision to have no walls, but budgets."""

from __future__ import annotations

import pytest

from penstock.errors import BudgetExceeded
from penstock.functions.rights import Rights
from tests.escape import intruder
from tests.escape.cases import CASES, is_stopped
from tests.escape.conftest import SMALL, Stronghold
from tests.escape.intruder import network

pytestmark = pytest.mark.anyio

NETWORK = tuple(name for name in intruder.ATTEMPTS if hasattr(network, name))
CLOSED = Rights(profile="closed", budget=SMALL)
TRUSTED = Rights(profile="trusted", budget=SMALL)


@pytest.mark.parametrize("name", NETWORK)
async def test_closed_reaches_nothing(hold: Stronghold, name: str) -> None:
    if not is_stopped(name, hold.present):
        pytest.skip("this machine lacks the layer that stops it")
    by = hold.intruder(CLOSED, "closed")
    assert await hold.attempt(name, by=by) == {name: ""}
    assert hold.scene.connected == 0


async def test_closed_has_all_other_walls(hold: Stronghold) -> None:
    stopped = [name for name in CASES if is_stopped(name, hold.present)]
    got = await hold.attempt(*stopped, by=hold.intruder(CLOSED, "closed"))
    assert {name: loot for name, loot in got.items() if loot} == {}


PLAIN = """
import os, socket, urllib.request
class Action:
    def action(self, body):
        said = []
        for reach in (
            lambda: socket.create_connection(("127.0.0.1", body["port"]), 2),
            lambda: socket.create_connection(("198.51.100.1", 80), 2),
            lambda: socket.getaddrinfo("example.com", 80),
            lambda: urllib.request.urlopen(f"http://127.0.0.1:{body['port']}/", timeout=2),
            lambda: socket.create_connection(("127.0.0.1", 3128), 2),
        ):
            try:
                said.append(f"got {reach()}")
            except OSError as error:
                said.append("refused")
        return [*said, [name for name in os.environ if "proxy" in name.lower()]]
"""


async def test_closed_knows_of_no_way_out(hold: Stronghold) -> None:
    outcome = await hold.run(hold.function(PLAIN, CLOSED), body=hold.scene.given)
    assert outcome.value == [*["refused"] * 5, []]
    assert hold.scene.connected == 0


FREE = (
    "read_file_outside",
    "read_through_symbolic_link",
    "write_file_outside",
    "connect_loopback",
    "connect_unix_socket",
    "send_datagram",
    "list_processes",
    "slow_another_down",
    "unshare_user",
    "add_key",
    "gain_privileges_by_program",
)
BOUND = ("open_many_files", "write_large_file", "take_much_memory")
CLEAN = ("read_secrets_in_environment", "read_secrets_in_memory", "inherit_descriptors")


async def test_trusted_has_no_walls(hold: Stronghold) -> None:
    got = await hold.attempt(*FREE, by=hold.intruder(TRUSTED, "trusted"))
    assert [name for name, loot in got.items() if not loot] == []


async def test_trusted_has_budgets_and_nothing_of_the_server_in_its_process(hold: Stronghold) -> None:
    kept = [*CLEAN, *(BOUND if "limits" in hold.present else ())]
    got = await hold.attempt(*kept, by=hold.intruder(TRUSTED, "trusted-too"))
    assert {name: loot for name, loot in got.items() if loot} == {}


async def test_trusted_is_ended_over_its_budget(hold: Stronghold) -> None:
    greedy = (
        "import mmap, time\nclass Action:\n    def action(self, body):\n        held = []\n        while True:\n"
        + ("            held.append(mmap.mmap(-1, 2**24))\n            held[-1].write(bytes(2**20) * 16)\n")
    )
    with pytest.raises(BudgetExceeded, match="memory"):
        await hold.run(hold.function(greedy, TRUSTED))
