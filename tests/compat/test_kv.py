"""`from penstock import kv`: what a function keeps for itself (spec H2)."""

from __future__ import annotations

import pytest

from penstock.flows import host_kv
from tests.compat.conftest import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.spec("H2")]

HEAD = """
import asyncio
from penstock import kv
class Action:
    async def action(self, body, __user__):
"""


def action(code: str) -> str:
    return HEAD + "\n".join(" " * 8 + line for line in code.strip().splitlines())


async def test_each_user_has_values_and_all_share_some(stage: Stage) -> None:
    code = """
before = kv.get("count", 0)
await kv.set("count", before + 1)
await asyncio.to_thread(kv.set, "shared", (kv.get("shared", shared=True) or []) + [__user__["name"]], shared=True)
return [await kv.get("count"), kv.get("shared", shared=True), kv.keys(), await kv.keys("sha", shared=True)]
"""
    serving = await stage.save(action(code))
    assert await stage.run(serving) == [1, ["Una"], ["count"], ["shared"]]
    assert await stage.run(serving) == [2, ["Una", "Una"], ["count"], ["shared"]]
    assert await stage.run(serving, user=stage.admin) == [1, ["Una", "Una", "Ada"], ["count"], ["shared"]]


async def test_no_other_function_sees_them(stage: Stage) -> None:
    await stage.run(action('return kv.set("secret", 1, shared=True)'))
    assert await stage.run(action('return [kv.get("secret", "none", shared=True), kv.delete("secret")]')) == [
        "none",
        False,
    ]


async def test_values_end_with_their_function(stage: Stage) -> None:
    serving = await stage.save(action('kv.set("a", 1); return kv.get("a")'), id="forgetful")
    assert await stage.run(serving) == 1
    await stage.services.registry.delete("forgetful", stage.admin)
    again = await stage.save(action('return {"value": kv.get("a")}'), id="forgetful")
    assert await stage.run(again) == {"value": None}


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("kv.set('', 1)", "A key of the store is a text of 1 to 200 characters"),
        ("kv.get('k' * 201)", "A key of the store is a text of 1 to 200 characters"),
        ("kv.set(7, 1)", "A key of the store is a text of 1 to 200 characters, not '7'"),
        ("kv.set('big', 'x' * 1_100_000)", "at most 1,048,576 can be kept"),
        ("kv.set('bytes', b'x')", "cannot be kept as JSON"),
        ("kv.set('object', object())", "kv.set cannot be called"),
    ],
)
async def test_what_does_not_fit_is_said(stage: Stage, code: str, says: str) -> None:
    with pytest.raises(Exception, match=says):
        await stage.run(action(f"return {code}"))


async def test_there_are_only_so_many_keys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_kv, "MOST_KEYS", 3)
    code = """
for number in range(3):
    kv.set(str(number), number, shared=True)
kv.set("2", "changed", shared=True)
kv.set("own", 1)
kv.set("one more", 1, shared=True)
"""
    with pytest.raises(Exception, match=r"3 keys already: it may have no more"):
        await stage.run(action(code))


async def test_a_store_needs_a_user(stage: Stage) -> None:
    with pytest.raises(Exception, match=r"asked for `kv\.get` while nobody has called the function"):
        await stage.save("from penstock import kv\nSEEN = kv.get('a')\n" + action("return 1"))
