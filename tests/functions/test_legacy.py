"""Imports of earlier releases are mapped by syntax tree, not by text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.functions.legacy import map_imports

pytestmark = pytest.mark.spec("M5")


@pytest.mark.parametrize(
    ("written", "mapped"),
    [
        ("from utils.misc import x", "from open_webui.utils.misc import x"),
        ("from config import A", "from open_webui.config import A"),
        ("from main import app", "from open_webui.main import app"),
        ("from apps.webui.models.users import Users", "from open_webui.models.users import Users"),
        ("from open_webui.apps.webui.models.chats import Chats", "from open_webui.models.chats import Chats"),
        ("from open_webui.apps.retrieval.utils import q", "from open_webui.retrieval.utils import q"),
        ("from open_webui.apps.ollama.main import q", "from open_webui.routers.ollama import q"),
        ("from open_webui.apps.socket.main import q", "from open_webui.socket.main import q"),
        ("import open_webui.apps.webui.models.users as u", "import open_webui.models.users as u"),
        (
            "from   utils.misc   import (\n    x,\n    y,\n)",
            "from   open_webui.utils.misc   import (\n    x,\n    y,\n)",
        ),
        ("from \\\n  utils.misc import x", "from \\\n  open_webui.utils.misc import x"),
        ("é = 'ü'; from utils.misc import x", "é = 'ü'; from open_webui.utils.misc import x"),
        ("x = '\f'\nfrom utils import x\n", "x = '\f'\nfrom open_webui.utils import x\n"),
        ("def f():\n\tfrom config import A; from main import b\n", None),
        ("\ufefffrom config import A", "from open_webui.config import A"),
    ],
)
def test_old_paths_become_new_ones(written: str, mapped: str | None) -> None:
    expected = mapped or "def f():\n\tfrom open_webui.config import A; from open_webui.main import b\n"
    assert map_imports(written) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""how to: from config import A"""\n',
        "text = 'from utils import x'\n# from main import app\n",
        "from .config import A\nfrom ..utils import B\n",
        "from configparser import A\nfrom utilities import B\nimport main\n",
        "from open_webui.utils.misc import x\n",
        "from config import (\n",
        "from config import A\x00",
    ],
)
def test_everything_else_stays_as_it_is(source: str) -> None:
    assert map_imports(source) == source


@given(
    st.lists(
        st.sampled_from(["x = 'from utils import y'", "from utils.misc import z  # é", "", "# from main import q"])
    )
)
def test_line_numbers_and_the_rest_of_the_code_are_kept(lines: list[str]) -> None:
    source = "\n".join(lines)
    mapped = map_imports(source)
    assert mapped.count("\n") == source.count("\n")
    assert [node.lineno for node in ast.parse(mapped).body] == [node.lineno for node in ast.parse(source).body]
    assert mapped.replace("from open_webui.utils.misc", "from utils.misc") == source
