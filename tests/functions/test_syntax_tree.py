"""Sources are read into trees from any thread."""

from __future__ import annotations

import gc
import warnings
from concurrent.futures import ThreadPoolExecutor

from penstock.functions import syntax_tree

DEEP = f"class Filter:\n    x = {'(' * 60}1{')' * 60}\n" + "\n".join(
    f"    y{n} = [{{'a': ({n}, -{n})}}]" for n in range(400)
)


def test_many_threads_parse_at_once() -> None:
    """Python 3.11.2 raises `SystemError` where two threads are in the middle of it."""
    before = gc.get_threshold()
    gc.set_threshold(5)
    try:
        with ThreadPoolExecutor(8) as pool:
            trees = list(pool.map(lambda _: syntax_tree.parse(DEEP), range(24)))
    finally:
        gc.set_threshold(*before)
    assert {len(tree.body) for tree in trees} == {1}


def test_warnings_of_the_compiler_are_left_out() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        syntax_tree.parse("x = '\\d'\nassert (x, 'y')\n", whole=True)
