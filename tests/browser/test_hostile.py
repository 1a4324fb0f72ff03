"""Answers, functions and embeds that try to run something in the page, with the policy at its widest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import hostile, steps, tour
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.scripted import ASKING, GRANTED, grant, script

pytestmark = [pytest.mark.browser, pytest.mark.spec("H3")]

EXAMPLES = ["guide"]
IN_THE_SANITISER = {"script-src-attr inline", "base-uri https://evil.example/"}
"""Chromium says this also of a document that runs nothing, in which the sanitiser reads."""
WATCH = """() => {
    window.reached = [];
    window.reach = (name) => reached.push(name);
    window.blocked = [];
    const note = (event) => blocked.push(`${event.violatedDirective} ${event.blockedURI}`);
    addEventListener("securitypolicyviolation", note);
    window.told = null;
    addEventListener("message", (event) => (window.told = event.data?.said ?? window.told));
}"""
TOUCH = """() => {
    const types = ["mouseover", "focus", "toggle", "load", "error", "click"];
    for (const each of document.querySelectorAll(".prose :not(button)"))
        for (const type of types) each.dispatchEvent(new Event(type));
}"""
LEFT = """() => {
    const kinds = "script, iframe, object, embed, style, form, base, meta, link";
    const bad = [...document.querySelectorAll(`.prose :is(${kinds})`)];
    for (const each of document.querySelectorAll("main *, [role=dialog] *")) {
        const own = each.closest(".katex, .katex-error") !== null;
        for (const { name, value } of each.attributes) {
            if (/^on/i.test(name)) bad.push(each);
            if (/^\\s*(javascript|vbscript):/i.test(value)) bad.push(each);
            if (["href", "xlink:href"].includes(name) && /^data:(?!image)/.test(value)) bad.push(each);
        }
        if (!each.matches(".prose *") || own) continue;
        if (["id", "name", "style"].some((name) => each.hasAttribute(name))) bad.push(each);
        if (each.matches(".fixed, .fixed *")) bad.push(each);
    }
    return bad.map((each) => each.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def trapped(house: House) -> House:
    house.add_function("trap", hostile.NAME, hostile.PIPE)
    house.add_function("press", hostile.NAME, hostile.ACTION)
    house.add_function(GRANTED, "Granted", ASKING)
    grant(house, GRANTED)
    return house


@pytest.fixture
def watched(page: Page, trapped: House, complaints: Complaints) -> Iterator[Page]:
    """A tab of the admin in which nothing foreign may run, nor come so far that the policy alone keeps it from that."""
    page.add_init_script(f"({WATCH})()")
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    trapped.admit(page.context, trapped.token)
    page.goto("/")
    yield page
    assert page.url.startswith(trapped.server.url)
    assert trapped.call("GET", "/api/v1/auths/")["email"]
    sanitising = ("Executing inline event handler", "Setting the document's base URI")
    complaints.found = [found for found in complaints.found if not any(each in found for each in sanitising)]


def is_clean(page: Page, *, touched: bool = True) -> None:
    if touched:
        page.evaluate(TOUCH)
    assert page.evaluate(LEFT) == []
    assert page.evaluate("() => window.reached") == []
    assert set(page.evaluate("() => window.blocked")) <= IN_THE_SANITISER


def test_nothing_in_an_answer_runs(watched: Page, trapped: House, complaints: Complaints) -> None:
    page = watched
    steps.choose_model(page, hostile.NAME)
    answer = steps.say(page, "Try everything")
    steps.toast(page, hostile.NAME)
    expect(answer.locator(".katex").first).to_be_visible()
    is_clean(page)
    expect(answer.get_by_text("cover", exact=True)).not_to_have_class(re.compile("fixed"))
    steps.click_action(answer, hostile.NAME)
    asked = steps.dialog(page, hostile.NAME)
    is_clean(page, touched=False)
    asked.get_by_role("textbox").fill(hostile.NAME)
    steps.submit(asked)
    expect(steps.output(answer, "table")).to_contain_text("top.reach")
    steps.click_action(answer, "Fail")
    steps.toast(page, "Hostile", "error")
    complaints.forgive("500")
    is_clean(page)
    answer = steps.reload(page)
    expect(answer).to_contain_text("The end.")
    is_clean(page)
    chat_id = page.url.rsplit("/", 1)[1]
    share = trapped.call("POST", f"/api/v1/chats/{chat_id}/share")["share_id"]
    page.goto(f"/s/{share}")
    expect(steps.answers(page).last).to_contain_text("The end.")
    is_clean(page)


def test_nothing_in_the_names_of_a_function_runs(watched: Page, trapped: House) -> None:
    page = watched
    with trapped.server.client(trapped.token) as client:
        client.post("/api/chat/actions/press.fail", json={"model": "trap", "messages": []})
    failed = trapped.runs("press")[0]["id"]
    for address in ("functions", "functions/press", "models", "models/trap", "runs", f"runs/{failed}", "system"):
        page.goto(f"/admin/{address}")
        tour.settled(page)
        is_clean(page)


def test_an_embed_reaches_nothing_of_the_page(watched: Page, trapped: House, complaints: Complaints) -> None:
    page = watched
    answer = {"content": "See below.", "embeds": [hostile.EMBED, {"url": f"{trapped.server.url}/settings"}]}
    chat = trapped.call("POST", "/api/v1/chats/new", {"chat": tour.conversation("Embeds", answer)})["id"]
    before = trapped.call("GET", "/api/v1/chats/")
    refused: list[int] = []
    page.on("response", lambda heard: refused.append(heard.status) if "/api/v1/chats/new" in heard.url else None)
    page.goto(f"/c/{chat}")
    page.wait_for_function("() => window.told")
    said: dict[str, Any] = page.evaluate("() => window.told")
    reached = {name: what.removeprefix("reached ") for name, what in said.items() if what.startswith("reached")}
    assert reached == {"storage": "0", "session": "0", "post": ""}, said
    assert set(refused) == {401}
    assert page.url.endswith(f"/c/{chat}")
    assert trapped.call("GET", "/api/v1/chats/") == before
    assert page.evaluate("() => window.reached") == []
    assert page.context.pages == [page]
    expect(page.locator("[data-toast]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("() => fetch('/api/v1/auths/').then((answer) => answer.status)") == 200
    complaints.found.clear()


def test_a_script_of_the_page_compiles_nothing_and_shows_its_number_to_nobody(
    watched: Page, trapped: House, complaints: Complaints
) -> None:
    page = watched
    page.route("https://library.example/*", lambda route: route.fulfill(
        body="window.library = { two: 2 }", content_type="text/javascript", headers={"access-control-allow-origin": "*"}
    ))  # fmt: skip
    code = """
        const tried = {};
        const attempt = async (name, work) => {
          try { tried[name] = await work(); } catch (error) { tried[name] = error.name; }
        };
        await attempt("eval", () => eval("1"));
        await attempt("Function", () => new Function("return 1")());
        const box = document.body.appendChild(document.createElement("div"));
        box.innerHTML = `<img src="data:image/png,none" onerror="reach('handler')"><script>reach('inline')</script>`;
        await new Promise((go) => setTimeout(go, 50));
        box.remove();
        const load = (script) => new Promise((resolve, reject) => {
          Object.assign(script, { onload: resolve, onerror: reject, src: "https://library.example/two.js" });
          document.head.append(script);
        });
        await load(document.createElement("script"));
        await attempt("library", () => window.library.two);
        await attempt("module", async () => Object.keys(await import("https://library.example/module.js")));
        tried.reached = window.reached;
        tried.shown = document.documentElement.outerHTML.includes(document.querySelector("script").nonce);
        tried.matched = document.querySelectorAll('[nonce]:not([nonce=""])').length;
        return tried;
    """
    said = script(steps.say(page, "Tell me about streaming"), trapped, GRANTED, code)
    refused = {"eval": "EvalError", "Function": "EvalError", "reached": [], "shown": False, "matched": 0}
    assert said == {**refused, "library": 2, "module": []}
    assert {each.split()[0] for each in page.evaluate("() => window.blocked")} == {
        "script-src",
        "script-src-attr",
    }
    complaints.found.clear()
