"""What the editor offers is what there is: the vocabulary against the code that it speaks of."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import penstock
from penstock.functions import vocabulary
from penstock.functions.answers import CALLED
from penstock.functions.description import HOOKS
from penstock.functions.events import EMITTED
from penstock.functions.manifest import Manifest


def test_every_event_and_question_is_told_once() -> None:
    told = Counter(each.type for each in vocabulary.EVENTS)
    assert set(told.values()) == {1}
    assert {each.type for each in vocabulary.EVENTS if not each.asked} == EMITTED
    assert {each.type for each in vocabulary.EVENTS if each.asked} == CALLED | {"event:address"}
    assert all(each.about and each.fields for each in vocabulary.EVENTS)
    assert all(bool(each.answer) is each.asked for each in vocabulary.EVENTS)


def test_every_hook_is_told_with_a_signature_that_parses() -> None:
    assert {(each.kind, each.name) for each in vocabulary.HOOKS} == {
        (kind, hook) for kind, hooks in HOOKS.items() for hook in hooks
    }
    known = {each.name for each in vocabulary.ARGUMENTS}
    for hook in vocabulary.HOOKS:
        (written,) = ast.parse(f"{hook.signature}\n    pass").body
        assert isinstance(written, ast.FunctionDef | ast.AsyncFunctionDef)
        assert written.name == hook.name
        assert {each.arg for each in written.args.args} - known <= {"self", "body", "event"}
    assert all(set(each.hooks) <= {hook for hooks in HOOKS.values() for hook in hooks} for each in vocabulary.ARGUMENTS)


def test_arguments_fields_of_the_header_and_the_store_are_those_that_there_are() -> None:
    header = {each.name for each in vocabulary.HEADER}
    assert {name for name in vars(Manifest) if isinstance(vars(Manifest)[name], property)} - {
        "required_version"
    } <= header
    tree = ast.parse(Path(penstock.__file__).with_name("kv.py").read_text("utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [each.name for each in vocabulary.STORE] == functions
