"""Bodies of completions: what is understood, and the sentence for what is not."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.errors import BadRequest
from penstock.flows.completion_prompt import fill, with_params
from penstock.flows.completion_request import read
from penstock.store.records import User

ASK = [{"role": "user", "content": "Hi"}]
ADA = User(id="u", email="ada@example.com", name="Ada", role="user")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "must be a JSON object"),
        ({"messages": ASK}, "`model` must name the model"),
        ({"model": "", "messages": ASK}, "`model` must name the model"),
        ({"model": 3, "messages": ASK}, "`model` must name the model"),
        ({"model": "m"}, "`messages` is missing"),
        ({"model": "m", "messages": "Hi"}, "`messages` is not a list"),
        ({"model": "m", "messages": []}, "`messages` is empty"),
        ({"model": "m", "messages": ["Hi"]}, "`messages[0]` must be an object"),
        ({"model": "m", "messages": [*ASK, {"role": "robot"}]}, "`messages[1].role` is 'robot'; it must be one of"),
        ({"model": "m", "messages": [{"content": "x"}]}, "`messages[0].role` is None"),
        ({"model": "m", "messages": [{"role": "user", "content": 3}]}, "`messages[0].content` must be"),
        ({"model": "m", "messages": ASK, "stream": "yes"}, "`stream` must be true or false"),
        ({"model": "m", "messages": ASK, "filter_ids": [1]}, "`filter_ids` must be a list of texts"),
        ({"model": "m", "messages": ASK, "chat_id": 7}, "`chat_id` must be a text"),
        ({"model": "m", "messages": ASK, "features": []}, "`features` must be an object"),
        ({"model": "m", "messages": ASK, "user_message": {"id": ""}}, "`user_message` needs an `id`"),
    ],
)
def test_bad_bodies(body: Any, said: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(body)
    assert said in caught.value.message


def test_keys_that_say_where_the_answer_goes_stay_out_of_the_body() -> None:
    asked = read(
        {
            "model": "m",
            "messages": ASK,
            "temperature": 1,
            "chat_id": "c",
            "id": "a",
            "session_id": "s",
            "filter_ids": [],
        }
    )
    assert asked.browser
    assert asked.stream
    assert asked.filter_ids == []
    assert set(asked.body) == {"model", "messages", "temperature", "features"}
    assert not read({"model": "m", "messages": ASK, "session_id": "s"}).browser
    assert not read(
        {"model": "m", "messages": ASK, "chat_id": "c", "id": "a", "session_id": "s"}, from_page=False
    ).browser


def test_a_page_says_of_each_feature_whether_it_is_on() -> None:
    place = {"chat_id": "c", "id": "a", "session_id": "s"}
    asked = read({"model": "m", "messages": ASK, "features": {"web_search": True, "x": 1}, **place})
    off = {"voice": False, "image_generation": False, "code_interpreter": False}
    assert asked.features == asked.body["features"] == {**off, "web_search": True, "x": 1}
    assert "features" not in read({"model": "m", "messages": ASK}).body


def test_parameters_and_system_prompt() -> None:
    record = {"system": "Serve {{USER_NAME}}, {{ MOOD }}, {{UNKNOWN}}.", "temperature": 0.1, "top_p": 0.5, "seed": None}
    body = {"messages": [{"role": "system", "content": "Be brief."}, *ASK], "temperature": 0.9}
    made = with_params(body, record, {"top_p": 0.7, "custom_params": {"x": 1}}, ADA, {"{{MOOD}}": "kindly"})
    assert (made["temperature"], made["top_p"], made["x"]) == (0.9, 0.7, 1)
    assert "seed" not in made
    assert made["messages"][0]["content"] == "Serve Ada, kindly, {{UNKNOWN}}.\nBe brief."
    assert made["messages"][1:] == ASK


def test_a_new_system_prompt_comes_first() -> None:
    made = with_params({"messages": ASK}, {"system": "S"}, {"system": "C"}, ADA, {})
    assert made["messages"] == [{"role": "system", "content": "S\nC"}, *ASK]
    assert fill("{{USER_EMAIL}} {{CURRENT_DATE}}", ADA, {}).startswith("ada@example.com 2")
