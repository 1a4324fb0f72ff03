"""Questions and the answers that they take: `penstock.functions.answers`."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.errors import BadRequest, Invalid
from penstock.functions import answers

OPTIONS = {"options": [{"label": "Formal", "value": "formal"}, "plain", 3]}
FORM = {
    "schema": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 2},
            "age": {"type": "integer", "minimum": 0},
            "kind": {"enum": ["a", "b"]},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        },
        "additionalProperties": False,
    }
}


@pytest.mark.spec("E3")
@pytest.mark.parametrize(
    ("event_type", "data", "given", "taken"),
    [
        ("confirmation", {}, True, True),
        ("confirm", {}, False, False),
        ("input", {}, "text", "text"),
        ("input", {}, 3, 3),
        ("input", {"options": ["a"]}, "a", "a"),
        ("select", OPTIONS, "formal", "formal"),
        ("select", OPTIONS, "plain", "plain"),
        ("select", OPTIONS, "3", 3),
        ("select", {"options": {"de": "German"}}, "de", "de"),
        ("multiselect", OPTIONS, ["plain", 3], ["plain", 3]),
        ("multiselect", OPTIONS, [], []),
        ("form", FORM, {"name": "Ada", "age": 3}, {"name": "Ada", "age": 3}),
        ("execute", {}, {"any": "thing"}, {"any": "thing"}),
        ("weather:ask", {}, [1], [1]),
    ],
)
def test_answers_that_fit(event_type: str, data: dict[str, Any], given: Any, taken: Any) -> None:
    assert answers.checked_answer(event_type, data, given) == taken


@pytest.mark.spec("E3")
@pytest.mark.parametrize(
    ("event_type", "data", "given"),
    [
        ("confirmation", {}, "yes"),
        ("confirm", {}, 1),
        ("input", {}, {"a": 1}),
        ("input", {"options": ["a"]}, "b"),
        ("select", OPTIONS, "other"),
        ("select", OPTIONS, ["formal"]),
        ("multiselect", OPTIONS, "formal"),
        ("multiselect", OPTIONS, ["formal", "other"]),
        ("form", FORM, "text"),
    ],
)
def test_answers_that_do_not_fit(event_type: str, data: dict[str, Any], given: Any) -> None:
    with pytest.raises(Invalid):
        answers.checked_answer(event_type, data, given)


@pytest.mark.spec("E3")
def test_a_form_names_every_wrong_field() -> None:
    with pytest.raises(Invalid) as caught:
        answers.checked_answer("form", FORM, {"age": -1, "kind": "c", "tags": ["a", 2], "extra": 1})
    wrong = {tuple(error["loc"]) for error in caught.value.fields["errors"]}
    assert wrong == {("name",), ("age",), ("kind",), ("tags", 1), ("extra",)}


@pytest.mark.spec("E3")
@pytest.mark.parametrize(
    ("event_type", "data", "said"),
    [
        ("select", {}, "data.options"),
        ("select", None, "data.options"),
        ("select", {"options": []}, "data.options"),
        ("select", {"options": "abc"}, "data.options"),
        ("select", {"options": ["a", {"title": "b"}]}, "Option 2"),
        ("multiselect", {"options": None}, "data.options"),
        ("form", {}, "data.schema"),
    ],
)
def test_a_question_that_cannot_be_shown_is_an_error_for_its_author(event_type: str, data: Any, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        answers.checked_question(event_type, data)


@pytest.mark.parametrize("data", [None, "Go on?", {"message": "Go on?"}])
def test_a_confirmation_may_be_asked_in_many_ways(data: Any) -> None:
    assert isinstance(answers.checked_question("confirmation", data), dict)


def test_cancelling_is_no_for_a_confirmation_and_nothing_for_the_rest() -> None:
    assert answers.cancelled("confirm") is False
    assert answers.cancelled("input") is None
