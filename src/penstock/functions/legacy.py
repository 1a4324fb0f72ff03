"""Imports of modules where earlier releases of Open WebUI had them, mapped to where they are now (spec M5).

The syntax tree says what is an import; only the module's name is exchanged, in place, so that every other
character and every line number stays the author's.
"""

from __future__ import annotations

import ast
import re
from itertools import accumulate

from penstock.functions import syntax_tree

_OLD_ROOTS = ("utils", "apps", "main", "config")
_MOVED = {  # longest first: what stood below `open_webui.apps`
    "open_webui.apps.webui.models": "open_webui.models",
    "open_webui.apps.webui.routers": "open_webui.routers",
    "open_webui.apps.webui.internal": "open_webui.internal",
    "open_webui.apps.webui.utils": "open_webui.utils",
    "open_webui.apps.webui.main": "open_webui.main",
    "open_webui.apps.web.models": "open_webui.models",
    "open_webui.apps.web.routers": "open_webui.routers",
    "open_webui.apps.web.internal": "open_webui.internal",
    "open_webui.apps.retrieval.main": "open_webui.routers.retrieval",
    "open_webui.apps.rag.main": "open_webui.routers.retrieval",
    "open_webui.apps.retrieval": "open_webui.retrieval",
    "open_webui.apps.rag": "open_webui.retrieval",
    "open_webui.apps.ollama.main": "open_webui.routers.ollama",
    "open_webui.apps.openai.main": "open_webui.routers.openai",
    "open_webui.apps.images.main": "open_webui.routers.images",
    "open_webui.apps.images.utils": "open_webui.utils.images",
    "open_webui.apps.audio.main": "open_webui.routers.audio",
    "open_webui.apps.socket": "open_webui.socket",
    "open_webui.apps": "open_webui",
    "open_webui.utils.pipelines.main": "open_webui.utils.misc",
}
_SUSPECT = re.compile(r"\b(?:from|import)[\s\\]+(?:utils|apps|main|config|open_webui\s*\.\s*apps)\b")
_FROM = re.compile(r"from(?:\s|\\\n)+(?P<module>[\w.]+)")


def map_module(module: str) -> str:
    """The present name of an absolute module path; unchanged where it did not move."""
    if module.partition(".")[0] in _OLD_ROOTS:
        module = f"open_webui.{module}"
    for old, new in _MOVED.items():
        if module == old or module.startswith(f"{old}."):
            return new + module[len(old) :]
    return module


def map_imports(source: str) -> str:
    """The source with its legacy imports mapped; what does not parse comes back as it is."""
    source = source.removeprefix("\ufeff")
    if not _SUSPECT.search(source):
        return source
    try:
        tree = syntax_tree.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return source
    return _replaced(source, tree)


def _replaced(source: str, tree: ast.Module) -> str:
    encoded = source.encode()
    starts = list(accumulate(map(len, encoded.splitlines(keepends=True)), initial=0))
    for node in sorted(_imports(tree), key=lambda node: (node.lineno, node.col_offset), reverse=True):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        encoded = encoded[:start] + _mapped(encoded[start:end].decode(), node).encode() + encoded[end:]
    return encoded.decode()


def _imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _mapped(statement: str, node: ast.Import | ast.ImportFrom) -> str:
    if isinstance(node, ast.ImportFrom):
        found = _FROM.match(statement)
        if node.level or not found or found["module"] != node.module:
            return statement
        return statement[: found.start("module")] + map_module(found["module"]) + statement[found.end("module") :]
    for alias in node.names:
        # Without `as` the old path is what the code goes on to use, so a new name would break it.
        if alias.asname and alias.name.startswith("open_webui."):
            pattern = re.compile(rf"{re.escape(alias.name)}(?=\s+as\b)")
            statement = pattern.sub(map_module(alias.name), statement, count=1)
    return statement
