"""The helpers of the compatibility package that only compute: messages, prompts, payloads (spec H1)."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest

from penstock.errors import NeedsRun
from penstock.worker.search_path import SHIMS

pytestmark = pytest.mark.spec("H1")


@pytest.fixture(autouse=True)
def shims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SHIMS)


def names(module: str) -> Any:
    return importlib.import_module(f"open_webui.{module}")


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def system(content: Any) -> dict[str, Any]:
    return {"role": "system", "content": content}


def assistant(content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


PARTS = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}, {"type": "text", "text": "Look"}]
TALK = [system("Be kind."), user("One"), assistant("Two"), user(PARTS)]


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("pop_system_message", (TALK,), (TALK[0], TALK[1:])),
        ("pop_system_message", ([user("x")],), (None, [user("x")])),
        ("get_system_message", (TALK,), TALK[0]),
        ("remove_system_message", (TALK,), TALK[1:]),
        ("get_last_user_message", (TALK,), "Look"),
        ("get_last_user_message", ([],), None),
        ("get_last_user_message_item", (TALK,), TALK[3]),
        ("get_last_assistant_message", (TALK,), "Two"),
        ("get_last_assistant_message_item", (TALK,), TALK[2]),
        ("get_content_from_message", (user(PARTS),), "Look"),
        ("get_messages_content", (TALK[:3],), "SYSTEM: Be kind.\nUSER: One\nASSISTANT: Two"),
        ("add_or_update_system_message", ("New.", [user("x")]), [system("New."), user("x")]),
        ("add_or_update_system_message", ("New.", [system("Old.")]), [system("New.\nOld.")]),
        ("add_or_update_system_message", ("New.", [system("Old.")], True), [system("Old.\nNew.")]),
        ("add_or_update_user_message", ("more", [user("x")]), [user("x\nmore")]),
        ("add_or_update_user_message", ("more", [assistant("x")]), [assistant("x"), user("more")]),
        ("append_or_update_assistant_message", ("more", [user("x")]), [user("x"), assistant("more")]),
        ("prepend_to_first_user_message_content", ("first", [user("x")]), [user("first\nx")]),
        ("replace_system_message_content", ("New.", [system("Old.")]), [system("New.")]),
        ("sanitize_filename", ("My Report (1).PDF",), "my-report-1pdf"),
        ("parse_duration", ("1h30m",), timedelta(minutes=90)),
        ("parse_duration", ("-1",), None),
        ("strict_match_mime_type", (["image/*"], "image/png; q=1"), "image/png"),
        ("strict_match_mime_type", ("text/plain", "image/png"), None),
        ("deep_update", ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}), {"a": {"b": 3, "c": 2}}),
        (
            "get_message_list",
            ({"a": {"id": "a", "parentId": None}, "b": {"id": "b", "parentId": "a"}}, "b"),
            [{"id": "a", "parentId": None}, {"id": "b", "parentId": "a"}],
        ),
        (
            "convert_output_to_messages",
            ([{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}],),
            [assistant("Hi")],
        ),
    ],
)
def test_messages(call: str, arguments: tuple[Any, ...], expected: Any) -> None:
    import copy

    assert getattr(names("utils.misc"), call)(*copy.deepcopy(arguments)) == expected


def test_templates_of_answers() -> None:
    misc = names("utils.misc")
    whole = misc.openai_chat_completion_message_template("m", "Hello", usage={"total_tokens": 1})
    assert whole["choices"][0]["message"] == {"role": "assistant", "content": "Hello"}
    assert (whole["object"], whole["usage"]) == ("chat.completion", {"total_tokens": 1})
    chunk = misc.openai_chat_chunk_message_template("m", "He")
    assert chunk["choices"][0]["delta"] == {"content": "He"}
    assert misc.openai_chat_chunk_message_template("m")["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("replace_prompt_variable", ("{{prompt}}|{{prompt:start:2}}|{{prompt:end:2}}", "abcdef"), "abcdef|ab|ef"),
        ("replace_prompt_variable", ("{{prompt:middletruncate:4}}", "abcdefgh"), "ab...gh"),
        ("replace_messages_variable", ("{{MESSAGES:END:1}}", TALK[:3]), "ASSISTANT: Two"),
        ("prompt_variables_template", ("Hi {{NAME}}", {"{{NAME}}": "Ada"}), "Hi Ada"),
        ("prompt_template", ("{{USER_NAME}} {{USER_LOCATION}}", {"name": "Ada"}), "Ada Unknown"),
        ("rag_template", ("{{CONTEXT}} {{QUERY}}", "c", "q"), "c q"),
        ("get_task_model_id", ("a", "", "b", {"a": {}, "b": {}}), "b"),
        ("get_task_model_id", ("a", "", "gone", {"a": {}}), "a"),
    ],
)
def test_prompts(call: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert getattr(names("utils.task"), call)(*arguments) == expected


def test_parameters_go_into_a_body() -> None:
    payload = names("utils.payload")
    params = {"temperature": "0.5", "max_tokens": 9, "system": "x", "custom_params": {"top_k": "[1]"}}
    assert payload.apply_model_params_to_body_openai(params, {"model": "m"}) == {
        "model": "m",
        "temperature": 0.5,
        "max_tokens": 9,
        "top_k": [1],
    }
    body = payload.apply_model_params_to_body_ollama(params, {})
    assert body == {"options": {"temperature": 0.5, "num_predict": 9, "top_k": [1]}}
    assert params["custom_params"] == {"top_k": "[1]"}


def test_a_system_prompt_goes_in_front() -> None:
    apply = names("utils.payload").apply_system_prompt_to_body
    body = apply("For {{USER_NAME}}.", {"messages": []}, {}, {"name": "Ada"})
    assert body == {"messages": [system("For Ada.")]}


def test_a_request_for_ollama() -> None:
    converted = names("utils.payload").convert_payload_openai_to_ollama(
        {"model": "m", "messages": [user(PARTS)], "max_tokens": 5, "stream": True}
    )
    assert converted["messages"] == [{"role": "user", "content": "Look", "images": ["AAAA"]}]
    assert converted["options"] == {"num_predict": 5}


def test_the_log_format_is_one_that_loguru_takes(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    from loguru import logger

    sink = logger.add(sys.stdout, format=names("utils.logger").stdout_format)
    try:
        logger.bind(chat="c").info("Said")
    finally:
        logger.remove(sink)
    assert "Said" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("apps.webui.models.users", "models.users"),
        ("apps.webui.routers.files", "routers.files"),
        ("apps.webui.internal.db", "internal.db"),
        ("apps.socket.main", "socket.main"),
    ],
)
def test_old_paths_lead_to_the_same_module(old: str, present: str) -> None:
    assert names(old) is names(present)
    assert names(present).__spec__.name == f"open_webui.{present}"


def test_calls_outside_of_a_run_say_so() -> None:
    with pytest.raises(NeedsRun, match="nobody has called the function"):
        names("models.users").Users.get_user_by_id("x")
