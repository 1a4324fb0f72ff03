"""The system page says which walls stand around functions, and what the absence of one means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from penstock.engine.local.sandbox.layers import MEANS
from tests.serving import ServerProcess, serving

pytestmark = pytest.mark.browser

EXAMPLES = ["guide"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with serving(tmp_path_factory.mktemp("data"), walls_without="seccomp") as started:
        yield started


def test_a_missing_wall_stands_out_with_what_that_means(home: Page) -> None:
    home.goto("/admin/system")
    row = home.get_by_role("listitem").filter(has_text="System calls")
    expect(row).to_contain_text("Missing")
    expect(row).to_contain_text("It was left out by the setting walls_without.")
    expect(row).to_contain_text(MEANS["seccomp"])
    limits = home.get_by_role("listitem").filter(has_text="Memory, processes, file sizes")
    expect(limits).to_contain_text("Up")
    expect(home.get_by_text("missing on this machine")).to_be_visible()
