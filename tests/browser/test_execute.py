"""Scripts of functions that an admin allowed to run in the page, and of others, which get a frame of their own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Complaints
from tests.browser.house import House
from tests.browser.scripted import BOXED, GRANTED, TOLD, begin, furnish_scripts, grant, logged, script

pytestmark = [pytest.mark.browser, pytest.mark.spec("E3")]

EXAMPLES = ["guide"]


@pytest.fixture(scope="module")
def scripts(house: House) -> House:
    furnish_scripts(house)
    return house


@pytest.fixture
def answer(scripts: House, home: Page) -> Locator:
    return steps.say(home, "Tell me about streaming")


@pytest.mark.parametrize("where", [GRANTED, BOXED])
def test_a_script_returns_its_value_or_says_what_went_wrong(answer: Locator, scripts: House, where: str) -> None:
    cases: dict[str, Any] = {
        "return [1 + 1, {a: null}]": [2, {"a": None}],
        "await new Promise((go) => setTimeout(go, 10)); return 'later'": "later",
        "const nothing = 1": None,
        "return 1 // the end": 1,
        "//# sourceURL=other.js\nreturn [typeof arguments, this === window]": ["object", True],
        "throw 'just a text'": ("Error: just a text", "Error", "just a text", None),
        "\nthrow new RangeError('too far')": ("RangeError: too far (line 2)", "RangeError", "too far", 2),
        "let a = 1\nlet b = (": ("SyntaxError: ", "SyntaxError", "", 3),
        "let a = 1\nlet a = 2\n": ("SyntaxError: ", "SyntaxError", "'a' has already been declared (line 2)", 2),
        "return '</script>'": "</script>",
        "return document.body": ("TypeError: The script returned ", "TypeError", "JSON cannot hold", None),
        "const a = {}; a.a = a; return a": ("TypeError: ", "TypeError", "circular", None),
        "return {big: 10n}": ("TypeError: ", "TypeError", 'a bigint at "big"', None),
    }
    for code, expected in cases.items():
        said = script(answer, scripts, where, code)
        if isinstance(expected, tuple):
            whole, kind, message, line = expected
            assert said["error"].startswith(whole), code
            assert (said["type"], said["line"]) == (kind, line), code
            assert message in said["error"], code
        else:
            assert said == expected, code


@pytest.mark.spec("H3")
def test_in_the_page_a_script_is_the_person(answer: Locator, scripts: House) -> None:
    page, token = answer.page, scripts.token
    code = """
        const chatId = location.pathname.split("/").pop();
        const headers = {Authorization: `Bearer ${localStorage.token}`};
        const form = new FormData();
        form.append("file", new File(["in the page"], "page.txt", {type: "text/plain"}));
        const file = await (await fetch("/api/v1/files/", {method: "POST", headers, body: form})).json();
        const chat = await (await fetch(`/api/v1/chats/${chatId}`)).json();
        const messages = [...document.querySelectorAll("#messages-container [id^=message-]")];
        const said = messages.at(-1).id.slice("message-".length);
        const body = JSON.stringify({type: "chat:message", data: {content: "Changed by the page."}});
        const sent = {...headers, "Content-Type": "application/json"};
        await fetch(`/api/v1/chats/${chatId}/messages/${said}/event`, {method: "POST", headers: sent, body});
        return {
          token: localStorage.token, got: localStorage.getItem("token"), kept: Object.keys(localStorage),
          file: file.filename, chat: chat.id === chatId, messages: messages.length,
          width: document.getElementById("chat-container").clientWidth,
          input: document.querySelector("#chat-input").tagName, lang: document.documentElement.lang,
          dark: document.documentElement.classList.contains("dark"), theme: localStorage.theme,
        };
    """
    said = script(answer, scripts, GRANTED, code)
    assert said["token"] == said["got"]
    assert scripts.call("GET", "/api/v1/auths/", token=said["token"])["email"]
    assert "token" not in said["kept"]
    assert said["file"] == "page.txt"
    assert (said["chat"], said["messages"], said["input"], said["lang"]) == (True, 2, "TEXTAREA", "en")
    assert said["width"] > 100
    assert (said["dark"], said["theme"]) == (False, "light")
    expect(steps.text_of(steps.answers(page).last)).to_contain_text("Changed by the page.")
    assert token


@pytest.mark.spec("H3")
def test_in_a_frame_a_script_reaches_nothing_of_the_page(
    answer: Locator, scripts: House, complaints: Complaints
) -> None:
    code = """
        const tried = {};
        const attempt = async (name, work) => {
          try { tried[name] = await work(); } catch (error) { tried[name] = error.name + ": " + error.message; }
        };
        await attempt("origin", () => self.origin);
        await attempt("token", () => [localStorage.token ?? null, localStorage.getItem("token")]);
        await attempt("cookie", () => document.cookie);
        await attempt("document", () => parent.document.title);
        await attempt("storage", () => parent.localStorage.length);
        await attempt("fetch", async () => (await fetch("/api/v1/auths/")).status);
        await attempt("xhr", () => new XMLHttpRequest().open("GET", "/api/v1/auths/"));
        const frame = document.body.appendChild(document.createElement("iframe"));
        await attempt("clean", async () => (await frame.contentWindow.fetch("/api/v1/auths/")).status);
        frame.remove();
        return tried;
    """
    page = answer.page
    said = script(answer, scripts, BOXED, code)
    assert said["origin"] == "null"
    assert said["token"] == [None, None]
    for name in ("cookie", "document", "storage"):
        assert said[name].startswith("SecurityError"), name
    for name in ("fetch", "xhr"):
        assert "Boxed may not call this server" in said[name]
        assert "page_script" in said[name]
    assert not isinstance(said["clean"], int) or said["clean"] == 401
    told = steps.toast(page, "Boxed may not call this server", "warning")
    told.get_by_role("link").click()
    steps.dialog(page, "Rights of Boxed")
    complaints.found.clear()


def test_a_frame_offers_what_the_page_has(answer: Locator, scripts: House, tmp_path: Path) -> None:
    page = answer.page
    code = """
        localStorage.mine = "kept";
        return {
          width: innerWidth, height: innerHeight, lang: document.documentElement.lang, language: navigator.language,
          locale: localStorage.locale, theme: localStorage.getItem("theme"), mine: localStorage.getItem("mine"),
          dark: matchMedia("(prefers-color-scheme: dark)").matches,
          marked: document.documentElement.classList.contains("dark"),
        };
    """
    page.emulate_media(color_scheme="dark")
    said = script(answer, scripts, BOXED, code)
    viewport = page.viewport_size
    assert viewport is not None
    assert (said["width"], said["height"]) == (viewport["width"], viewport["height"])
    assert (said["lang"], said["locale"]) == ("en", said["language"])
    assert (said["theme"], said["mine"], said["dark"], said["marked"]) == ("dark", "kept", True, True)


def test_a_frame_downloads_copies_and_asks(answer: Locator, scripts: House) -> None:
    page = answer.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    saves = {
        "one.txt": "const a = document.createElement('a'); a.download = 'one.txt'; "
        "a.href = URL.createObjectURL(new Blob(['one'])); a.click(); URL.revokeObjectURL(a.href)",
        "two.txt": "const a = document.createElement('a'); a.download = 'two.txt'; a.href = 'data:text/plain,two'; "
        "document.body.appendChild(a); a.click(); document.body.removeChild(a)",
        "three.txt": "const a = document.createElement('a'); a.download = 'three.txt'; "
        "a.href = URL.createObjectURL(new Blob(['three'])); a.dispatchEvent(new MouseEvent('click'))",
    }
    for name, code in saves.items():
        with page.expect_download() as waiting:
            assert script(answer, scripts, BOXED, code) is None
        assert waiting.value.suggested_filename == name
        assert Path(waiting.value.path()).read_text() == name.removesuffix(".txt")
    page.once("dialog", lambda asked: asked.accept("Una"))
    assert script(answer, scripts, BOXED, "return prompt('Who?')") == "Una"
    page.once("dialog", lambda asked: asked.dismiss())
    assert script(answer, scripts, BOXED, "return confirm('Sure?')") is False
    copies = {
        "await navigator.clipboard.writeText('by interface')": "by interface",
        "const t = document.createElement('textarea'); t.value = 'by command'; document.body.append(t); t.select(); "
        "const done = document.execCommand('copy'); t.remove(); if (!done) throw new Error('no')": "by command",
    }
    for code, text in copies.items():
        assert script(answer, scripts, BOXED, code) is None
        steps.until(page, lambda text=text: page.evaluate("navigator.clipboard.readText()") == text)  # type: ignore[misc]
    assert script(answer, scripts, BOXED, "return window.open('https://example.org/there')") is None
    asked = steps.dialog(page, "Boxed wants to open another page")
    expect(asked).to_contain_text("https://example.org/there")
    asked.get_by_role("button", name="Cancel").click()
    script(answer, scripts, BOXED, "window.open('javascript:alert(1)')")
    steps.toast(page, "Only addresses that begin with http", "warning")


def test_what_a_script_draws_is_shown_until_it_is_removed(answer: Locator, scripts: House) -> None:
    code = """
        const box = document.createElement("div");
        box.innerHTML = "<p>Which one?</p><button>This one</button>";
        document.body.appendChild(box);
        return new Promise((resolve) => box.querySelector("button").onclick = () => { box.remove(); resolve("this"); });
    """
    page = answer.page
    with page.expect_response(steps.is_call("/api/chat/actions/boxed")) as waiting:
        begin(answer, scripts, BOXED, code)
        card = page.get_by_role("region", name="From a function")
        card.frame_locator("iframe").get_by_role("button", name="This one").click()
    assert waiting.value.json()["answer"] == "this"
    expect(card).to_be_hidden()
    with page.expect_response(steps.is_call("/api/chat/actions/boxed")) as waiting:
        begin(answer, scripts, BOXED, code)
        expect(card.frame_locator("iframe").get_by_text("Which one?")).to_be_visible()
        card.get_by_role("button", name="Close").click()
    assert "closed what the script showed" in waiting.value.json()["answer"]["error"]
    expect(card).to_be_hidden()


@pytest.mark.parametrize(
    ("where", "code"),
    [(GRANTED, "await new Promise(() => {})"), (BOXED, "await new Promise(() => {})"), (BOXED, "while (true) {}")],
)
def test_a_script_that_never_returns_ends_with_the_question(
    answer: Locator, scripts: House, where: str, code: str, complaints: Complaints
) -> None:
    said = script(answer, scripts, where, code, seconds=0.3)
    assert "The script did not return within 0.3 seconds." in str(said)
    steps.toast(answer.page, "The script did not return within 0.3 seconds.", "error")
    expect(answer.page.locator("iframe")).to_have_count(0)
    complaints.forgive("504")


@pytest.mark.spec("E1")
@pytest.mark.spec("E4")
def test_an_emitted_script_runs_once_in_one_tab(
    answer: Locator, scripts: House, second: Page, complaints: Complaints
) -> None:
    page = answer.page
    second.goto(page.url)
    expect(steps.answers(second).last).to_be_visible()
    for tab in (page, second):
        tab.evaluate(
            "addEventListener('message', (event) => (window.told = [...(window.told ?? []), event.data.text]))"
        )
    begin(answer, scripts, TOLD, "postMessage({type: 'input:prompt', text: 'told'}); throw new Error('too late')")
    expect(steps.composer(page)).to_have_value("told")
    logged(page, scripts, TOLD, "execute: Error: too late (line 1)")
    logged(page, scripts, TOLD, "execute: a script runs in a frame of its own")
    assert page.evaluate("window.told").count("told") == 1
    assert second.evaluate("window.told ?? null") is None
    assert scripts.call("GET", "/api/v1/questions") == []


@pytest.mark.spec("E4")
def test_a_page_that_is_older_than_the_right_is_loaded_anew(answer: Locator, scripts: House) -> None:
    page = answer.page
    scripts.call("POST", f"/api/v1/functions/id/{GRANTED}/rights", {"page_script": False})
    answer = steps.reload(page)
    assert script(answer, scripts, GRANTED, "return self.origin") == "null"
    grant(scripts, GRANTED)
    begin(answer, scripts, GRANTED, "postMessage({type: 'input:prompt', text: self.origin})")
    asked = steps.dialog(page, "Load this page anew for Granted?")
    asked.get_by_role("button", name="Reload").click()
    expect(steps.composer(page)).to_have_value(re.compile("^http://127"))


@pytest.mark.spec("H3")
def test_an_event_cannot_say_of_itself_that_it_may(answer: Locator, scripts: House) -> None:
    page = answer.page
    assert script(answer, scripts, GRANTED, "return localStorage.token")
    begin(answer, scripts, TOLD, "postMessage({type: 'input:prompt', text: self.origin + localStorage.token})")
    expect(steps.composer(page)).to_have_value("nullundefined")
