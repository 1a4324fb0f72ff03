"""Questions whose answers have a shape of their own: `request:user_input`, files, secrets, forms (spec E3)."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.errors import BadRequest, Invalid
from penstock.functions import answers, question_files

pytestmark = pytest.mark.spec("E3")

KIND = "request:user_input"
ASKED = answers.checked_question(
    KIND,
    {
        "questions": [
            {"id": "tone", "header": "Tone", "question": "Which?", "options": [{"label": "Formal"}, "Casual"]},
            {"id": "size", "question": "Size?", "options": ["s", {"label": "Large", "value": "l"}], "allow_other": 0},
            {"id": "parts", "question": "Parts?", "options": ["a", "b"], "multiple": True},
            "Why?",
        ]
    },
)
FORMAL = {"type": "option", "option_index": 0, "label": "Formal", "description": ""}
WHOLE = {"tone": "Formal", "size": "l", "parts": ["b", "c"], "4": " because "}


def test_questions_are_completed() -> None:
    assert [(entry["id"], entry["allow_other"]) for entry in ASKED["questions"]] == [
        ("tone", True), ("size", False), ("parts", True), ("4", True),
    ]  # fmt: skip


@pytest.mark.parametrize("tone", ["Formal", {"label": "Formal"}, {"type": "option", "option_index": 0}])
def test_answers_in_all_their_shapes(tone: Any) -> None:
    given = answers.checked_answer(KIND, ASKED, {"status": "answered", "answers": {**WHOLE, "tone": tone}})
    assert given["status"] == "answered"
    assert given["answers"]["tone"] == FORMAL
    assert given["answers"]["size"]["label"] == "Large"
    assert given["answers"]["parts"]["options"][1] == {"type": "other", "text": "c"}
    assert given["answers"]["4"] == {"type": "other", "text": "because"}
    assert answers.checked_answer(KIND, ASKED, WHOLE)["answers"]["tone"] == FORMAL


def test_what_is_wrong_is_said_at_each_question() -> None:
    with pytest.raises(Invalid) as wrong:
        answers.checked_answer(KIND, ASKED, {"answers": {"tone": " ", "size": "xl", "parts": [], "nine": 1}})
    assert [(error["loc"], error["msg"]) for error in wrong.value.fields["errors"]] == [
        (["tone"], "This is required."),
        (["size"], "This must be one of: s, Large."),
        (["parts"], "This is required."),
        (["4"], "This is required."),
        (["nine"], "There is no such question."),
    ]


def test_cancelling_is_an_answer_as_authors_expect_it() -> None:
    assert answers.cancelled(KIND) == {"status": "cancelled", "answers": {}}
    assert answers.checked_answer(KIND, ASKED, {"status": "cancelled"}) == answers.cancelled(KIND)


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        (None, "data.questions"),
        ([], "data.questions"),
        ([7], "Question 1"),
        ([{"options": ["a"]}], "has no `question`"),
        ([{"question": "?", "options": "a"}], "not a list"),
        ([{"question": "?", "options": [{}]}], "no `label`"),
        ([{"id": "x", "question": "?"}, {"id": "x", "question": "!"}], "the id 'x'"),
    ],
)
def test_questions_that_cannot_be_asked(questions: Any, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        answers.checked_question(KIND, {"questions": questions})


PDF = {"id": "1", "name": "a.PDF", "content_type": "application/pdf", "size": 1}
PNG = {"id": "2", "name": "b.png", "content_type": "image/png", "size": 1}


@pytest.mark.parametrize(
    ("accept", "fits"),
    [(None, "both"), (".pdf", "pdf"), ("pdf, png", "both"), ("image/*", "png"), (["application/pdf"], "pdf")],
)
def test_files_of_the_wanted_kind(accept: Any, fits: str) -> None:
    data = answers.checked_question("file", {"accept": accept} if accept else {})
    for name, file in (("pdf", PDF), ("png", PNG)):
        if fits in (name, "both"):
            assert question_files.given(data, [file]) == file
        else:
            with pytest.raises(Invalid, match="not a file of the wanted kind"):
                question_files.given(data, [file])


def test_one_file_or_several() -> None:
    with pytest.raises(Invalid, match="Only one"):
        question_files.given({}, [PDF, PNG])
    assert question_files.given({"multiple": True}, [PDF, PNG]) == [PDF, PNG]
    assert question_files.named(["1", {"id": "2"}]) == ["1", "2"]
    for wrong in (None, [], {"name": "x"}, [3]):
        with pytest.raises(Invalid):
            question_files.named(wrong)
    with pytest.raises(BadRequest, match="accept"):
        answers.checked_question("file", {"accept": 3})


@pytest.mark.parametrize(
    ("kind", "data", "answer", "kept"),
    [
        ("input", {"type": "password"}, "secret", "***"),
        ("input", {}, "seen", "seen"),
        (
            "form",
            {"schema": {"properties": {"key": {"format": "password"}, "pin": {"input": "password"}, "name": {}}}},
            {"key": "secret", "pin": "1", "name": "Ada"},
            {"key": "***", "pin": "***", "name": "Ada"},
        ),
    ],
)
def test_secrets_are_not_kept(kind: str, data: dict[str, Any], answer: Any, kept: Any) -> None:
    assert answers.kept(kind, data, answer) == kept
