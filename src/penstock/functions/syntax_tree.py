"""Reading a source into its syntax tree."""

from __future__ import annotations

import ast
import threading
import warnings

_turn = threading.Lock()


def parse(source: str | bytes, *, whole: bool = False) -> ast.Module:
    """The tree, without the compiler's warnings. Raises `SyntaxError` and what else `ast.parse` raises.

    With `whole`, what only the compiler finds is an error too. One thread at a time: early releases of Python 3.11 take
    one thread's depth for another's and raise `SystemError`, and filters of warnings belong to the whole process.
    """
    with _turn, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
        if whole:
            compile(tree, "<function>", "exec", dont_inherit=True)
    return tree
