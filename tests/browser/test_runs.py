"""What functions did, as an admin looks into it: found, followed while it happens, run again."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.test_phone import fits

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]
WORKER = '''
class Action:
    """Asks, tells and fails as it is told."""

    async def action(self, body, __event_emitter__, __event_call__):
        await __event_emitter__({"type": "status", "data": {"description": "Looking at it"}})
        if body.get("ask"):
            said = await __event_call__({"type": "input", "data": {"title": "Which city?"}})
            print("it is", said)
        if body.get("fail"):
            return self.helper(body["fail"])
        return {"given": body.get("given")}

    def helper(self, text):
        """A text over
        two lines."""
        return int(text)
'''
LINE = 17  # of `return int(text)`


@pytest.fixture(scope="module")
def started(house: House) -> House:
    house.add_function("worker", "Worker", WORKER)
    return house


def run(house: House, token: str = "", **body: object) -> str:
    """Run the action to its end; gives the id of the run."""
    with house.server.client(token or house.token) as client:
        client.post("/api/v1/actions/worker/run", json=body)
    return str(house.runs("worker")[0]["id"])


def test_runs_come_by_themselves_and_are_found(home: Page, started: House) -> None:
    home.goto("/admin/runs?function=worker&time=1h")
    expect(home.get_by_text("No run fits")).to_be_visible()
    una = started.add_person("Una")
    asking = threading.Thread(target=run, args=(started, una), kwargs={"ask": True})
    asking.start()
    rows = home.get_by_role("list", name="Runs").get_by_role("listitem")
    expect(rows.first).to_contain_text("Running")
    (question,) = steps.until_found(home, lambda: started.call("GET", "/api/v1/questions", token=una))
    rows.first.get_by_role("link").click()
    timeline = home.get_by_role("list", name="What happened")
    expect(timeline).to_contain_text("Which city?")
    expect(timeline).to_contain_text("waits for an answer")
    expect(home.get_by_text("so far")).to_be_visible()
    started.call("POST", f"/api/v1/questions/{question['id']}/answer", {"answer": "Riga"}, una)
    expect(timeline).to_contain_text("Answer: Riga")
    expect(timeline.locator("[data-step=end]")).to_contain_text("Done")
    expect(timeline.locator("[data-step]")).to_contain_text(["Started", "Looking at it", "Which city?", "Done"])
    expect(home.get_by_role("log", name="Log")).to_contain_text("it is Riga")
    expect(home.get_by_role("region", name="Arguments")).to_contain_text("ask")
    asking.join(10)

    home.get_by_role("link", name="Back", exact=True).click()
    expect(rows.first).to_contain_text("Done")
    count = rows.count()
    run(started)
    expect(rows).to_have_count(count + 1)
    home.get_by_label("Trigger").select_option("click")
    expect(home.get_by_text("No run fits")).to_be_visible()
    expect(home).to_have_url(re.compile("trigger=click"))
    home.get_by_role("button", name="Clear").click()
    expect(rows.first).to_contain_text("Worker")
    home.get_by_label("State").select_option("failed")
    expect(rows.filter(has_text="Done")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_failed_run_shows_the_authors_lines(home: Page, started: House, width: int) -> None:
    run_id = run(started, fail="seven")
    home.set_viewport_size({"width": width, "height": 844})
    home.goto(f"/admin/runs/{run_id}")
    error = home.get_by_role("region", name="Error")
    expect(error).to_contain_text(f"ValueError, line {LINE}")
    marked = error.locator("[data-marked]")
    expect(marked).to_have_count(2)
    expect(marked.first).to_contain_text("return int(text)")
    expect(marked.last).to_contain_text('return self.helper(body["fail"])')
    error.get_by_text("Traceback", exact=True).click()
    expect(error.get_by_text("invalid literal for int()").last).to_be_visible()
    fits(home)
    home.get_by_role("button", name="1, the one that serves").click()
    source = steps.dialog(home, "Worker, version 1")
    expect(source.locator("[data-marked]")).to_be_in_viewport()
    source.get_by_role("link", name="Open the function").click()
    expect(home).to_have_url(re.compile("/admin/functions/worker$"))


def test_a_run_is_run_again(home: Page, started: House) -> None:
    run_id = run(started, given=41)
    home.goto(f"/admin/runs/{run_id}")
    home.get_by_role("button", name="Run again").click()
    asked = steps.dialog(home, "Run Worker again?")
    expect(asked).to_contain_text("the same arguments")
    asked.get_by_role("button", name="Run again").click()
    steps.toast(home, "It runs again.")
    expect(home).not_to_have_url(re.compile(run_id))
    expect(home.get_by_role("region", name="Result")).to_contain_text("41")
    expect(home.get_by_text("run again", exact=True)).to_be_visible()
    assert [each["trigger"] for each in started.runs("worker")[:2]] == ["again", "api"]
    home.get_by_role("link", name="All of its runs").click()
    expect(home).to_have_url(re.compile(r"/admin/runs\?function=worker$"))
    home.get_by_role("list", name="Runs").get_by_role("link").first.click()
    home.get_by_role("link", name="Back", exact=True).click()
    expect(home).to_have_url(re.compile(r"/admin/runs\?function=worker$"))


@pytest.mark.parametrize("width", [1280, 390])
def test_a_run_that_goes_on_is_stopped(home: Page, started: House, width: int) -> None:
    sam = started.add_person(f"Sam{width}")
    asking = threading.Thread(target=run, args=(started, sam), kwargs={"ask": True})
    asking.start()
    (question,) = steps.until_found(home, lambda: started.call("GET", "/api/v1/questions", token=sam))
    home.set_viewport_size({"width": width, "height": 844})
    home.goto("/admin/runs?function=worker&state=running")
    rows = home.get_by_role("list", name="Runs").get_by_role("listitem")
    expect(rows).to_have_count(1)
    fits(home)
    rows.get_by_role("link").click()
    expect(home).to_have_url(re.compile(f"/admin/runs/{question['run_id']}$"))
    fits(home)
    home.get_by_role("button", name="Stop", exact=True).click()
    steps.toast(home, "The run was stopped.", "info")
    timeline = home.get_by_role("list", name="What happened")
    expect(timeline.locator("[data-step=end]")).to_contain_text("Cancelled")
    expect(home.get_by_role("button", name="Run again")).to_be_visible()
    asking.join(10)
    home.get_by_role("link", name="Back", exact=True).click()
    expect(home.get_by_text("No run fits")).to_be_visible()


def test_what_is_wrong_is_said(home: Page, started: House, complaints: Complaints) -> None:
    run(started)
    home.goto("/admin/runs/nothing")
    expect(home.get_by_text("There is no such run.")).to_be_visible()
    complaints.forgive("404")
    home.route("**/api/v1/runs?*", lambda route: route.fulfill(status=503, json={"detail": "Not now, please."}))
    home.goto("/admin/runs")
    expect(home.get_by_text("Not now, please.")).to_be_visible()
    home.unroute("**/api/v1/runs?*")
    home.get_by_role("button", name="Try again").click()
    expect(home.get_by_role("list", name="Runs")).to_be_visible()
    complaints.forgive("503")
