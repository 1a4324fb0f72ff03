"""What is written down of rights: defaults, bounds, settings and the page about them agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from annotated_types import Ge, Le

from penstock.flows.granted import default_rights
from penstock.functions.log_allowance import LogAllowance
from penstock.functions.rights import PROFILES, STANDARD, Budget, Rights, beyond
from penstock.functions.rights_form import BOUNDS
from penstock.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "rights.md").read_text()
SET_ELSEWHERE = {"deadline": "run_deadline", "output": "output_limit"}


def test_the_settings_say_the_same_defaults(tmp_path: Path) -> None:
    assert default_rights(Settings(data_dir=tmp_path)) == STANDARD


@pytest.mark.parametrize("name", Budget.__struct_fields__)
def test_a_budget_has_bounds_a_setting_and_a_line_in_the_page(name: str) -> None:
    bound, default = BOUNDS[name], getattr(Budget(), name)
    assert default is None or bound.least <= default <= bound.most
    setting = SET_ELSEWHERE.get(name, f"budget_{name}")
    field = Settings.model_fields[setting]
    if name not in SET_ELSEWHERE:
        limits: dict[type, Any] = {type(each): each for each in field.metadata}
        assert (limits[Ge].ge, limits[Le].le) == (bound.least, bound.most)
    line = re.search(rf"^\| `{name}` \|(?P<rest>.*)\|$", PAGE, re.MULTILINE)
    assert line is not None, f"docs/rights.md has no line for `{name}`"
    assert f"`PENSTOCK_{setting.upper()}`" in line["rest"]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_explained(profile: str) -> None:
    assert re.search(rf"^\| `{profile}` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    ("rights", "other", "more"),
    [
        (Rights(), Rights(), False),
        (Rights(profile="trusted"), Rights(), True),
        (Rights(), Rights(profile="closed"), True),
        (Rights(profile="closed"), Rights(), False),
        (Rights(hosts=("a", "b")), Rights(hosts=("b", "a", "c")), False),
        (Rights(hosts=("d",)), Rights(hosts=("a",)), True),
        (Rights(data="all"), Rights(), True),
        (Rights(page_script=True), Rights(page_script=True, data="all"), False),
        (Rights(budget=Budget(cpu=1e4)), Rights(), False),
    ],
)
def test_which_rights_go_beyond_others(rights: Rights, other: Rights, more: bool) -> None:
    assert beyond(rights, other) is more


def test_a_log_is_counted_with_its_lines_and_never_beyond_its_budget() -> None:
    allowance = LogAllowance(300)
    taken = [allowance.takes(text) for text in ("a" * 100, "ä" * 30, "b" * 100, "", "")]
    assert taken == [True, True, False, False, False]
    assert allowance.sentence == "3 further lines (100 bytes) not kept: the budget `log` is 300 bytes."
    assert LogAllowance(0).sentence == ""
