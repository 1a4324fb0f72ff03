"""Given values are judged by the class of valves itself."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator

from penstock.worker.valves import check


class Inner(BaseModel):
    depth: int = 0


class Valves(BaseModel):
    key: SecretStr = SecretStr("")
    count: int = Field(1, ge=1)
    mode: Literal["a", "b"] = "a"
    inner: Inner = Inner()
    names: list[str] = []

    @field_validator("names")
    @classmethod
    def short(cls, value: list[str]) -> list[str]:
        if len(value) > 2:
            raise ValueError("at most two names")
        return value


class Needy(BaseModel):
    url: str
    tries: int = 3


@pytest.mark.spec("V1")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"count": "5"}, {"count": 5}),
        ({"count": None, "mode": "b"}, {"mode": "b"}),
        ({"key": "s3cret"}, {"key": "s3cret"}),
        ({"inner": {"depth": 2}}, {"inner": {"depth": 2}}),
        ({"unknown": 1}, {}),
    ],
)
def test_values_that_fit_come_back_as_they_are_stored(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert check(Valves, given) == {"ok": True, "values": kept, "missing": [], "errors": []}


@pytest.mark.spec("V3")
@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"count": 0}, "count", "greater than or equal to 1"),
        ({"mode": "c"}, "mode", "'a' or 'b'"),
        ({"inner": {"depth": "x"}}, "inner.depth", "valid integer"),
        ({"names": ["a", "b", "c"]}, "names", "at most two names"),
        ({"names": ["a", 1]}, "names.1", "valid string"),
        ([], "", "object"),
    ],
)
def test_a_bad_value_is_refused_at_its_field(given: Any, field: str, said: str) -> None:
    answer = check(Valves, given)
    assert answer["ok"] is False
    assert answer["values"] == {}
    assert [each["field"] for each in answer["errors"]] == [field]
    assert said in answer["errors"][0]["message"]


@pytest.mark.spec("L7")
def test_a_required_value_that_is_missing_does_not_block_the_others() -> None:
    assert check(Needy, {"tries": 4, "odd": 1}) == {
        "ok": True,
        "values": {"tries": 4},
        "missing": ["url"],
        "errors": [],
    }
    assert check(Needy, {"tries": "x"})["errors"][0]["field"] == "tries"


@pytest.mark.spec("V3")
def test_a_class_that_raises_is_an_error_and_no_crash() -> None:
    class Picky(BaseModel):
        def __init__(self, **values: Any) -> None:
            raise TypeError("not today")

    assert check(Picky, {})["errors"] == [{"field": "", "message": "not today"}]
    assert check(None, {})["ok"] is False
