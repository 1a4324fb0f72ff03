"""Pages that are written from the code are up to date."""

from pathlib import Path

from penstock.cli.reference import settings_page

ROOT = Path(__file__).parents[2]


def test_the_settings_page_lists_every_setting_as_it_is() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == settings_page(), "run: penstock settings > docs/settings.md"
