"""What people do on the page who have a keyboard and nothing else: shared by the tests of that."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser import steps

NO_MOUSE = "addEventListener('pointerdown', () => console.error('somebody used a mouse'), true)"
HIDDEN = """() => {
    const focused = document.activeElement;
    const name = focused.outerHTML.slice(0, 200);
    if (focused === document.body || focused.isContentEditable) return "";
    const box = focused.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const covered = box.width > 1 && seen && !seen.contains(focused) && !focused.contains(seen);
    if (covered && !seen.closest("[data-toast]")) return `${seen.outerHTML.slice(0, 200)} covers ${name}`;
    for (let each = focused; each; each = each.parentElement) {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return "";
        if (each.matches(":focus-within") && boxShadow.includes("3px")) return "";
        if (each.matches("form, main, body")) break;
    }
    return `nobody sees that ${name} has the focus`;
}"""
MOST = 90  # presses from anywhere to anywhere


def no_mouse(page: Page) -> Page:
    """From now on a mouse is a complaint."""
    page.add_init_script(NO_MOUSE)
    page.evaluate(NO_MOUSE)
    return page


def has_focus(wanted: Locator) -> bool:
    return bool(wanted.evaluate("(each) => each === document.activeElement"))


def see_focus(page: Page) -> None:
    """Movements end within a second."""
    for _ in range(20):
        problem = page.evaluate(HIDDEN)
        if not problem:
            return
        page.wait_for_timeout(50)
    raise AssertionError(problem)


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press until it is there; whatever has the focus on the way must show it, and nothing may lie over it."""
    expect(wanted).to_be_attached()
    for _ in range(MOST):
        if page.evaluate("() => document.activeElement.isContentEditable"):
            page.keyboard.press("Escape")  # within the source Tab indents, but for two seconds after this
        page.keyboard.press(key)
        see_focus(page)
        if has_focus(wanted):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def press(page: Page, wanted: Locator, key: str = "Tab") -> None:
    tab_to(page, wanted, key)
    page.keyboard.press("Enter")


def back_to(page: Page, wanted: Locator) -> None:
    """From the message field backwards, and press it."""
    page.keyboard.press("Shift+Escape")
    expect(steps.composer(page)).to_be_focused()
    press(page, wanted, "Shift+Tab")


def choose_entry(page: Page, name: str) -> None:
    entry = page.get_by_role("menuitem", name=name, exact=True)
    expect(entry).to_be_visible()
    for _ in range(20):
        if has_focus(entry):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def choose_file(page: Page, button: Locator, file: FilePayload, key: str) -> None:
    """Press what asks for a file, and give it this one."""
    expect(button).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.evaluate("() => 0")  # keys overtake what Playwright says, and Chromium would open a window of its own
        page.keyboard.press(key)
    chooser.value.set_files(file)


def say(page: Page, text: str) -> Locator:
    page.keyboard.press("Shift+Escape")
    expect(steps.composer(page)).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(steps.questions(page).last).to_contain_text(text)
    return steps.whole_answer(page)
