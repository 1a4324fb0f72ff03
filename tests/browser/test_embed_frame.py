"""The frame in which embeds live: it shows an author's HTML, tells its height, and reaches nothing of the server."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints
from tests.serving import ServerProcess

pytestmark = pytest.mark.browser

HOST = """async ({ html, code }) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-popups allow-forms allow-modals");
  const heard = [];
  const arrived = (type) => new Promise((resolve) => addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow) return;
    heard.push(event.data);
    if (event.data.type === type) resolve();
  }));
  const ready = arrived("penstock:ready");
  frame.src = "/embed/frame";
  document.body.append(frame);
  await ready;
  const done = arrived(code ? "penstock:executed" : "author");
  const order = code ? { type: "penstock:execute", id: 1, code } : { type: "penstock:html", html };
  frame.contentWindow.postMessage(order, "*");
  await done;
  await new Promise((resolve) => setTimeout(resolve, 200));
  return heard;
}"""

AUTHORS = """<style>body{margin:0} div{height:321px}</style><div>Hi</div><script type="module">
  let storage = "none";
  try { storage = String(localStorage.length + document.cookie.length); } catch (error) { storage = error.name; }
  let page = "reached";
  try { page = String(parent.document.title); } catch (error) { page = error.name; }
  const answer = await fetch("/api/v1/auths/", { credentials: "include" }).then(() => "read", () => "refused");
  parent.postMessage({ type: "author", page, answer, origin: self.origin, storage, title: document.compatMode }, "*");
</script>"""


@pytest.fixture
def heard(server: ServerProcess, page: Page, complaints: Complaints) -> Any:
    page.goto("/")

    def show(**given: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = page.evaluate(HOST, {"html": "", "code": "", **given})
        complaints.found.clear()
        return messages

    return show


def test_html_runs_its_scripts_without_an_origin_and_tells_its_height(heard: Any) -> None:
    messages = heard(html=AUTHORS)
    author = next(message for message in messages if message["type"] == "author")
    refused = {"storage": "SecurityError", "page": "SecurityError", "answer": "refused"}
    assert author == {"type": "author", "origin": "null", "title": "CSS1Compat", **refused}
    assert [message["height"] for message in messages if message["type"] == "iframe:height"][-1] == 321


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("return 1 + 1", {"value": 2}),
        ("return await Promise.resolve({a: [1]})", {"value": {"a": [1]}}),
        (
            "throw new Error('no')",
            {"failure": {"error": "Error: no (line 1)", "type": "Error", "message": "no", "line": 1}},
        ),
        ("return document.cookie", None),
        ("return localStorage.getItem('locale') || localStorage.language || 'en'", {"value": "en"}),
        ("localStorage.setItem('a', 1); return [localStorage.a, localStorage.length]", {"value": ["1", 1]}),
    ],
)
def test_code_is_executed_and_answered(heard: Any, code: str, answer: dict[str, Any] | None) -> None:
    message = next(each for each in heard(code=code) if each["type"] == "penstock:executed")
    if answer is None:
        assert message["failure"]["type"] == "SecurityError"
    else:
        assert message == {"type": "penstock:executed", "id": 1, **answer}


def test_what_code_posts_to_the_page_reaches_it(heard: Any) -> None:
    code = "postMessage({type: 'input:prompt:submit', text: 'again'}); postMessage({type: 'other', text: 'no'})"
    posted = [(message["type"], message["text"]) for message in heard(code=code) if "text" in message]
    assert set(posted) == {("input:prompt:submit", "again")}


def test_what_code_lays_over_the_page_is_told(heard: Any) -> None:
    code = """
        const box = document.createElement("div");
        document.body.append(box);
        for (const style of ["position:fixed;inset:0", "position:fixed;width:9px;height:9px", "display:none"]) {
          box.style.cssText = style;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
    """
    told = [message["covers"] for message in heard(code=code) if message["type"] == "penstock:overlay"]
    assert list(dict.fromkeys(told)) == ["all", "part", "none"]
