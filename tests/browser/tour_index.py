"""Which views, dialogs and menus the page has by its sources, and at which stop of the tour each is seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.inspector import Seen

SOURCES = Path(__file__).parents[2] / "web" / "src"
OPENS = re.compile(r"<(Dialog|Menu|PageFrame|Popover\.Root|Command\.Root)\b")
SEEN_AT = {
    "admin/access/AccessDialog.svelte": "function Who may use it",
    "admin/bindings/UseDialog.svelte": "function Models",
    "admin/connections/ConnectionCard.svelte": "connection-menu",
    "admin/connections/ConnectionDialog.svelte": "connection",
    "admin/connections/ConnectionsPage.svelte": "connections",
    "admin/editor/ChangesDialog.svelte": "changes",
    "admin/editor/FileDialog.svelte": "new-file",
    "admin/editor/FileTree.svelte": "files",
    "admin/editor/OriginDialog.svelte": "origin",
    "admin/functions/FunctionMenu.svelte": "function-menu",
    "admin/functions/TransferMenu.svelte": "transfer-menu",
    "admin/functions/FunctionsPage.svelte": "functions",
    "admin/importing/ImportDialog.svelte": "import",
    "admin/models/ModelPage.svelte": "model",
    "admin/models/ModelsPage.svelte": "models",
    "admin/people/GroupDialog.svelte": "group",
    "admin/people/PeoplePage.svelte": "people",
    "admin/people/PersonDialog.svelte": "person",
    "admin/people/PersonRow.svelte": "account-menu",
    "admin/policy/PolicyDialog.svelte": "filter-policy",
    "admin/rights/RightsDialog.svelte": "function Rights",
    "admin/runs/RunPage.svelte": "run",
    "admin/runs/RunsPage.svelte": "runs",
    "admin/settings/SettingsPage.svelte": "admin-settings",
    "admin/system/SystemPage.svelte": "system",
    "admin/templates/NewDialog.svelte": "new-dialog",
    "admin/valves/ValvesDialog.svelte": "function Settings",
    "admin/versions/VersionsDialog.svelte": "versions",
    "chat/ChatHeader.svelte": "chat-header-menu",
    "chat/ModelPicker.svelte": "models-to-choose",
    "chat/ShortcutsDialog.svelte": "shortcuts",
    "chat/composer/ModelAids.svelte": "filters",
    "chat/message/ActionButtons.svelte": "more-actions",
    "chat/message/CitationPopover.svelte": "citation",
    "chat/message/ImageDialog.svelte": "image",
    "chat/questions/QuestionDialog.svelte": "question-form",
    "chat/sharing/ShareDialog.svelte": "share",
    "chat/sidebar/ChatListItem.svelte": "chat-menu",
    "chat/sidebar/UserMenu.svelte": "person-menu",
    "chat/why/WhyDialog.svelte": "why-here",
    "components/ConfirmDialog.svelte": "delete-chat",
    "pages/ArchivePage.svelte": "archive",
    "pages/SettingsPage.svelte": "settings",
    "pages/UserValvesDialog.svelte": "own-settings",
}


def whole_file(request: pytest.FixtureRequest) -> None:
    """Who makes only a part of the tour is not told what that leaves out."""
    chosen = {item.function for item in request.session.items if item.path == request.path}  # type: ignore[attr-defined]
    tests = {made for name, made in vars(request.module).items() if name.startswith("test_")}
    if not tests <= chosen:
        pytest.skip("only a part of the tour was made")


def left_out(seen: Seen, *, administration: bool) -> set[str]:
    """What the sources have in that half of the page and the tour did not come past."""

    def is_half(name: str) -> bool:
        return name.strip("/").startswith("admin") is administration

    opened = {source for source, stop in SEEN_AT.items() if stop in seen.stops}
    passed = {route_of(path) for path in seen.addresses}
    return {name for name in (openers() - opened) | (set(SEEN_AT) - openers()) | (routes() - passed) if is_half(name)}


def openers() -> set[str]:
    """Sources that open something of their own."""
    found = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.svelte")
        if OPENS.search(path.read_text(encoding="utf-8"))
    }
    return {path for path in found if not path.startswith("components/") or path in SEEN_AT}


def routes() -> set[str]:
    """Addresses, as far as the sources tell them apart: `/admin/runs/*` is one run."""
    admin = (SOURCES / "admin" / "Admin.svelte").read_text(encoding="utf-8")
    inside = (SOURCES / "pages" / "Inside.svelte").read_text(encoding="utf-8")
    outside = (SOURCES / "lib" / "landing.ts").read_text(encoding="utf-8")
    lists, details = (_keys(admin, name) for name in ("lists", "details"))
    return {
        *(f"/admin/{area}" for area in lists),
        *(f"/admin/{area}/*" for area in details),
        *(f"/{first}" for first in re.findall(r'first === "(\w*)"', inside) if first != "admin"),
        *re.findall(r'"(/[\w/]*)"', re.search(r"OUTSIDE = new Set\((.*?)\)", outside, re.DOTALL)[1]),  # type: ignore[index]
    }


def _keys(source: str, name: str) -> list[str]:
    table = re.search(rf"const {name}[^{{]*\{{(.*?)\}};", source, re.DOTALL)
    assert table, f"Admin.svelte has no table {name!r} any more"
    return re.findall(r"^\s*(\w+):", table[1], re.MULTILINE)


def route_of(path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[0] == "admin":
        return "/".join(["", *parts[:2], *(["*"] if len(parts) > 2 else [])])
    return path if parts[0] in ("auth", "setup") else f"/{parts[0]}"
