"""A function wanted to reach a host that it may not: an admin sees it in the run and allows it there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.spec("H3")]

EXAMPLES = ["guide"]
VISITOR = """
import requests
class Action:
    def action(self, body):
        return requests.get("http://127.0.0.9:1/").reason
"""


def test_a_refused_host_is_allowed_from_its_run(home: Page, house: House, complaints: Complaints) -> None:
    house.add_function("visitor", "Visitor", VISITOR)
    house.call("POST", "/api/v1/actions/visitor/run", {})
    home.goto(f"/admin/runs/{house.runs('visitor')[0]['id']}")
    refused = home.get_by_role("list", name="Refused connections").get_by_role("listitem")
    expect(refused).to_contain_text("127.0.0.9:1")
    expect(refused).to_contain_text("127.0.0.9 is a loopback address")
    refused.get_by_role("button", name="Allow 127.0.0.9:1").click()
    expect(refused).to_contain_text("Allowed")
    assert house.call("GET", "/api/v1/functions/id/visitor/rights")["hosts"] == ["127.0.0.9:1"]

    house.call("POST", "/api/v1/actions/visitor/run", {})
    home.goto(f"/admin/runs/{house.runs('visitor')[0]['id']}")
    expect(home.get_by_text("127.0.0.9:1 cannot be reached: connection refused")).to_be_visible()
    expect(refused).to_have_count(0)
