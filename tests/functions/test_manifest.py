"""What a function says of itself: frontmatter, PEP 723, requirements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from penstock.functions import manifest, requirement_list
from penstock.functions.compatibility import demands_newer

BODY = "title: Chart\nauthor: Ada\nversion: 1.2\nicon_url: data:image/png;base64,AA==\nrequirements: rich, httpx>=0.27"


@pytest.mark.spec("M2")
@pytest.mark.parametrize(
    "source",
    [
        f'"""\n{BODY}\n"""\n',
        f'"""{BODY}\n"""\n',
        f"'''\n{BODY}\n'''\n",
        f'# a comment\n\n# another\n"""\n{BODY}\n"""\n',
        f'\ufeff"""\n{BODY}\n"""\n',
        f'r"""\n{BODY}\n"""',
        '"""\n' + "\n".join(f"    {line}" for line in BODY.splitlines()) + '\n"""',
        '"""' + "\n    ".join(BODY.splitlines()) + '\n"""',
        f'"""\r\n{BODY}\r\n"""\r\n'.replace("\n", "\r\n").replace("\r\r", "\r"),
        f'"""\n{BODY}\n"""'.replace("title", "Title").replace("author", "AUTHOR"),
        f'"""\n{BODY}\n',
    ],
    ids=[
        "usual",
        "first line",
        "single quotes",
        "comment",
        "mark",
        "raw",
        "indented",
        "ragged",
        "crlf",
        "case",
        "open",
    ],
)
def test_frontmatter_is_read_however_it_is_laid_out(source: str) -> None:
    found = manifest.read(source)
    assert (found.title, found.author, found.version) == ("Chart", "Ada", "1.2")
    assert found.icon_url == "data:image/png;base64,AA=="
    assert found.requirements == ["rich", "httpx>=0.27"]


@pytest.mark.spec("M2")
def test_unknown_keys_are_kept_and_other_text_is_not_read() -> None:
    found = manifest.read('"""\ntitle: A\nmood: good: very\nSome text.\nSee https://example.org\n"""')
    assert found.fields == {"title": "A", "mood": "good: very"}


@pytest.mark.spec("M2")
def test_a_description_may_span_lines() -> None:
    found = manifest.read('"""\ntitle: A\ndescription: >\n    Reads this\n    and that.\nversion: 2\n"""')
    assert (found.description, found.version) == ("Reads this and that.", "2")


@pytest.mark.spec("M2")
@pytest.mark.parametrize("source", ["", "x = 1\n", "import os\n'''title: late'''", "def broken(:\n", "'", '"""'])
def test_a_source_without_frontmatter_has_an_empty_manifest(source: str) -> None:
    assert manifest.read(source).fields == {}


@pytest.mark.spec("M2")
@pytest.mark.parametrize(
    "listing",
    [
        "requirements:\n  - rich\n  - httpx>=0.27",
        "requirements:\n- rich\n- httpx>=0.27",
        "requirements:\n    rich,\n    httpx>=0.27",
        "requirements: rich,\n    httpx>=0.27",
        "requirements: [rich, httpx>=0.27]",
        "requirements: ['rich', \"httpx>=0.27\"]",
        "requirements: rich httpx>=0.27",
        'requirements: "rich, httpx>=0.27"',
        "requirements: rich, httpx>=0.27  # to draw",
    ],
)
def test_lists_of_requirements_may_span_lines(listing: str) -> None:
    found = manifest.read(f'"""\ntitle: A\n{listing}\nversion: 1\n"""')
    assert found.requirements == ["rich", "httpx>=0.27"]
    assert found.version == "1"


@pytest.mark.spec("M2")
@pytest.mark.parametrize(
    "text",
    ["None", "none", "n/a", "-", "", "[list of packages]", "[]", "<your packages>", "None needed", "[requirements]"],
)
def test_placeholders_mean_nothing(text: str) -> None:
    assert manifest.read(f'"""\nrequirements: {text}\n"""').requirements == []


@pytest.mark.spec("M4")
def test_an_address_of_a_page_is_a_problem_and_no_requirement() -> None:
    found = manifest.read('"""\nrequirements: https://example.org/o/r/blob/main/a.py, https://example.org/a-1.whl\n"""')
    assert found.requirements == ["https://example.org/a-1.whl"]
    assert "blob/main/a.py" in found.problems[0]


@pytest.mark.spec("M2")
def test_a_placeholder_is_no_title() -> None:
    found = manifest.read('"""\ntitle: [Your Action Name]\nicon_url: None\n"""')
    assert (found.title, found.icon_url) == ("", "")
    assert found.fields["title"] == "[Your Action Name]"


@pytest.mark.spec("M2")
def test_script_metadata_is_read_too() -> None:
    source = (
        '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "rich<15",\n# ]\n# ///\n"""\ntitle: A\n"""'
    )
    found = manifest.read(source)
    assert (found.title, found.requirements, found.requires_python) == ("A", ["rich<15"], ">=3.11")


@pytest.mark.spec("M2")
def test_broken_script_metadata_is_a_problem_and_no_failure() -> None:
    found = manifest.read("# /// script\n# dependencies = [\n# ///\n")
    assert found.requirements == []
    assert "TOML" in found.problems[0]


@pytest.mark.spec("M4")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a>=1,<2,b", ["a>=1,<2", "b"]),
        ("a >= 1 b", ["a >= 1", "b"]),
        ("a[x,y]==2; python_version < '3.12', b", ["a[x,y]==2; python_version < '3.12'", "b"]),
        ("git+https://example.org/a.git@main#egg=a, b", ["git+https://example.org/a.git@main#egg=a", "b"]),
        ("a @ https://example.org/a.whl b", ["a @ https://example.org/a.whl", "b"]),
        ("a=1", ["a=1"]),
        ("a, a", ["a"]),
    ],
)
def test_requirements_are_separated_by_commas_or_whitespace(text: str, expected: list[str]) -> None:
    assert requirement_list.split(text) == expected


NAMES = st.from_regex(r"[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,5})?", fullmatch=True).filter(
    lambda name: (
        not name.startswith("none") and name not in ("na", "nil", "null", "no", "nothing", "optional", "tbd", "todo")
    )
)
SPECIFIERS = st.sampled_from(["", ">=1", ">=1,<2", "==1.*", "~=2.1", "[x]", "[x,y]>=3", "; python_version>='3.9'"])


@pytest.mark.spec("M4")
@given(st.lists(st.tuples(NAMES, SPECIFIERS), min_size=1, max_size=5, unique_by=lambda pair: pair[0]))
def test_any_list_of_requirements_comes_back_as_it_was(pairs: list[tuple[str, str]]) -> None:
    written = [name + specifier for name, specifier in pairs]
    found = requirement_list.split(", ".join(written))
    assert [str(Requirement(item)) for item in found] == [str(Requirement(item)) for item in written]


@pytest.mark.spec("M2")
@given(st.text())
def test_no_text_makes_reading_fail(text: str) -> None:
    manifest.read(text)
    manifest.read(f'"""\n{text}\n"""')
    requirement_list.split(text)


@pytest.mark.spec("M2")
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True),
        st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 .,/:+-]{0,30}[a-z0-9]", fullmatch=True).filter(
            lambda v: "://" not in v[:3]
        ),
        max_size=6,
    )
)
def test_what_is_written_is_read(fields: dict[str, str]) -> None:
    text = "\n".join(f"{key}: {value}" for key, value in fields.items())
    assert manifest.read(f'"""\n{text}\n"""\nclass Action: ...').fields == fields


@pytest.mark.spec("M3")
@pytest.mark.parametrize(
    ("demand", "newer"),
    [
        ("0.5.0", False),
        (">= 0.9", False),
        ("0.6.0+", False),
        ("0.12.4", False),
        ("0.12.5", True),
        (">=1", True),
        ("v0.13", True),
        ("0.12.4.0", False),
        ("", False),
        ("any", False),
        ("< 2.0", False),
    ],
)
def test_demanded_versions_are_compared_leniently(demand: str, newer: bool) -> None:
    assert demands_newer(demand) is newer
