"""Whether a view has room: nothing makes it scroll sideways, and notices lie over nothing that one presses."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page, ViewportSize

SMALLEST: ViewportSize = {"width": 320, "height": 568}
LARGEST: ViewportSize = {"width": 2560, "height": 1440}
DRAWN = """() => new Promise((done) => {
    setTimeout(done, 1000);  // where the browser draws nothing there is nothing to wait for
    requestAnimationFrame(() => requestAnimationFrame(done));
})"""
TOO_WIDE = """() => {
    const own = "pre, table, :has(> pre, > table), .table-frame, .cm-editor *, [role=tablist], [role=toolbar]";
    const scrolls = (each) => {
        const { overflowX, overflowY } = getComputedStyle(each);
        return overflowX !== "hidden" && overflowX !== "clip" && /auto|scroll/.test(overflowY);
    };
    const pages = [...document.querySelectorAll("body, body *")].filter((each) =>
        each.clientHeight > 200 && each.scrollWidth > each.clientWidth + 1 && !each.matches(own) && scrolls(each));
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) pages.push(root);
    return pages.map((each) => {
        const edge = each.getBoundingClientRect().right;
        const beyond = [...each.querySelectorAll("*")].find((part) => part.getBoundingClientRect().right > edge + 1);
        const named = (part) => part ? `<${part.localName} class="${part.getAttribute("class") ?? ""}">` : "";
        return `${named(each)} is ${each.scrollWidth} wide in ${each.clientWidth}: ${named(beyond)}`;
    });
}"""


def too_wide(page: Page, sizes: Iterable[ViewportSize]) -> list[str]:
    """What scrolls sideways, and what in it is too wide; the window keeps the last of the sizes."""
    found: list[str] = []
    for size in sizes:
        page.set_viewport_size(size)
        page.evaluate(DRAWN)
        found += [f"{size['width']}: {each}" for each in page.evaluate(TOO_WIDE)]
    return found


COVERED = """() => {
    const notices = [...document.querySelectorAll("[data-toast]")];
    const own = (element) => notices.some((notice) => notice.contains(element));
    return [...document.querySelectorAll("a[href], button, input, select, textarea")].filter((each) => {
        const { left, top, right, bottom, width, height } = each.getBoundingClientRect();
        const there = document.elementsFromPoint(left + width / 2, top + height / 2).find((one) => !own(one));
        return width * height > 0 && there && each.contains(there) && !own(each) && notices.some((notice) => {
            const box = notice.getBoundingClientRect();
            return box.left < right && left < box.right && box.top < bottom && top < box.bottom;
        });
    }).map((each) => each.outerHTML.slice(0, 160));
}"""


def covered(page: Page) -> list[str]:
    """What can be pressed or written into, and lies at least in part beneath a notice."""
    found: list[str] = page.evaluate(COVERED)
    return found
