"""`request:user_input`: several questions with options at once, in the shape of Open WebUI (spec E3).

The author gets `{"status": "answered", "answers": {id: answer}}`, an answer being `{"type": "option", "option_index",
"label", "description"}` or `{"type": "other", "text"}`; where a question has `multiple`,
`{"type": "options", "options": [...]}`. Whoever cancels, or comes too late for the author's `timeout_ms`, gives
`{"status": "cancelled"}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import BadRequest, Invalid

CANCELLED: Mapping[str, Any] = {"status": "cancelled", "answers": {}}
EXAMPLE = (
    'For example {"questions": [{"id": "tone", "question": "Which tone?", '
    '"options": [{"label": "Formal", "description": "For letters"}, {"label": "Casual"}]}]}.'
)


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as it is shown: each question with an id, a text and options. Raises `BadRequest`."""
    given = data.get("questions")
    if not isinstance(given, list | tuple) or not given:
        raise BadRequest(
            "`request:user_input` needs `data.questions`: a list of questions that is not empty.", hint=EXAMPLE
        )
    questions = [_question(entry, place, data) for place, entry in enumerate(given, 1)]
    ids = [question["id"] for question in questions]
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise BadRequest(f"Two questions of `request:user_input` have the id '{twice}'.", hint="Give each its own.")
    return {**data, "questions": questions}


def _question(entry: Any, place: int, data: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(entry, str):
        entry = {"question": entry}
    if not isinstance(entry, Mapping):
        raise BadRequest(f"Question {place} of `request:user_input` is neither a text nor an object.", hint=EXAMPLE)
    question = next((entry[key] for key in ("question", "label", "title", "header") if entry.get(key)), None)
    if question is None:
        raise BadRequest(f"Question {place} of `request:user_input` has no `question`.", hint=EXAMPLE)
    options = entry.get("options")
    if options is not None and not isinstance(options, list | tuple):
        raise BadRequest(f"`options` of question {place} of `request:user_input` is not a list.", hint=EXAMPLE)
    return {
        **entry,
        "id": str(entry.get("id") or entry.get("name") or place),
        "question": str(question),
        "header": str(entry.get("header") or ""),
        "options": [_option(option, place) for option in options or ()],
        "allow_other": not options or bool(entry.get("allow_other", data.get("allow_other", True))),
        "multiple": bool(entry.get("multiple") or entry.get("multiSelect")),
    }


def _option(option: Any, place: int) -> dict[str, Any]:
    if isinstance(option, str | int | float):
        return {"label": str(option), "description": ""}
    label = option.get("label", option.get("value")) if isinstance(option, Mapping) else None
    if label is None or label == "":
        raise BadRequest(f"An option of question {place} of `request:user_input` has no `label`.", hint=EXAMPLE)
    return {**option, "label": str(label), "description": str(option.get("description") or "")}


def checked_answer(data: Mapping[str, Any], answer: Any) -> dict[str, Any]:
    """The answer as the author gets it. Raises `Invalid` with what is wrong at which question.

    Also taken: `{id: label}`, or any text where another answer is allowed.
    """
    if isinstance(answer, Mapping) and answer.get("status") == "cancelled":
        return dict(CANCELLED)
    given = answer.get("answers", answer) if isinstance(answer, Mapping) else None
    if not isinstance(given, Mapping):
        raise Invalid("The answer must be an object with `answers` by question.", hint="The question is still open.")
    answers: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for question in data["questions"]:
        try:
            answers[question["id"]] = _answered(question, given.get(question["id"]))
        except ValueError as error:
            wrong.append((question["id"], str(error)))
    known = {"status", *(question["id"] for question in data["questions"])}
    wrong += [(str(name), "There is no such question.") for name in given if name not in known]
    if wrong:
        raise Invalid(
            "Some questions need another look.", errors=[{"loc": [name], "msg": sentence} for name, sentence in wrong]
        )
    return {"status": "answered", "answers": answers}


def _answered(question: Mapping[str, Any], given: Any) -> dict[str, Any]:
    """Raises `ValueError` with a sentence."""
    if question["multiple"]:
        items = given.get("options") if isinstance(given, Mapping) and "options" in given else given
        if not isinstance(items, list):
            items = [] if items is None else [items]
        if not items:
            raise ValueError("This is required.")
        return {"type": "options", "options": [_one(question, item) for item in items]}
    return _one(question, given)


def _one(question: Mapping[str, Any], given: Any) -> dict[str, Any]:
    options = question["options"]
    text = given
    if isinstance(given, Mapping):
        index = given.get("option_index")
        if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(options):
            return _chosen(options[index], index)
        text = given.get("text", given.get("label"))
    if text is None or not str(text).strip():
        raise ValueError("This is required.")
    for index, option in enumerate(options):
        if text == option["label"] or ("value" in option and text == option["value"]):
            return _chosen(option, index)
    if not question["allow_other"]:
        raise ValueError(f"This must be one of: {', '.join(option['label'] for option in options)}.")
    return {"type": "other", "text": str(text).strip()}


def _chosen(option: Mapping[str, Any], index: int) -> dict[str, Any]:
    return {"type": "option", "option_index": index, **option}
