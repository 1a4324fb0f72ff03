"""Emitter, caller and log: from the loop, from threads, from loops of their own, and after the hook has returned."""

from __future__ import annotations

import pytest

from penstock.protocol.frames import Chunk, Emit
from tests.engine.conftest import Bench

pytestmark = pytest.mark.anyio

EMITTED = ("status", {"description": "x"})
EVENT = '{"type": "status", "data": {"description": "x"}}'

WAYS_TO_EMIT = {
    "awaited": "async def action(self, body, __event_emitter__): await __event_emitter__({event})",
    "not awaited": "async def action(self, body, __event_emitter__): __event_emitter__({event})",
    "as a task": "async def action(self, body, __event_emitter__): asyncio.create_task(__event_emitter__({event}))",
    "gathered": "async def action(self, body, __event_emitter__): await asyncio.gather(__event_emitter__({event}))",
    "with a limit": "async def action(self, body, __event_emitter__): "
    "await asyncio.wait_for(__event_emitter__({event}), 5)",
    "plainly in a def": "def action(self, body, __event_emitter__): __event_emitter__({event})",
    "asyncio.run": "def action(self, body, __event_emitter__): asyncio.run(__event_emitter__({event}))",
    "run_until_complete": "def action(self, body, __event_emitter__): "
    "asyncio.get_event_loop().run_until_complete(__event_emitter__({event}))",
    "own loop": "def action(self, body, __event_emitter__):\n"
    "        loop = asyncio.new_event_loop()\n"
    "        loop.run_until_complete(__event_emitter__({event}))\n"
    "        loop.close()",
    "create_task in a def": "def action(self, body, __event_emitter__): "
    "asyncio.create_task(__event_emitter__({event}))",
    "ensure_future in a def": "def action(self, body, __event_emitter__): "
    "asyncio.ensure_future(__event_emitter__({event}))",
    "thread": "def action(self, body, __event_emitter__):\n"
    "        thread = threading.Thread(target=__event_emitter__, args=({event},))\n"
    "        thread.start()\n"
    "        thread.join()",
    "thread pool": "def action(self, body, __event_emitter__):\n"
    "        with ThreadPoolExecutor() as pool: pool.submit(__event_emitter__, {event}).result()",
    "to_thread": "async def action(self, body, __event_emitter__): await asyncio.to_thread(__event_emitter__, {event})",
    "back to the loop": "async def action(self, body, __event_emitter__):\n"
    "        loop = asyncio.get_running_loop()\n"
    "        await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe("
    "__event_emitter__({event}), loop).result())",
}


@pytest.mark.spec("E5", "I3")
@pytest.mark.parametrize("way", WAYS_TO_EMIT)
async def test_the_emitter_works_from_everywhere(bench: Bench, way: str) -> None:
    source = f"""
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
class Action:
    {WAYS_TO_EMIT[way].replace("{event}", EVENT)}
"""
    outcome = await bench.run(source)
    assert outcome.value is None
    assert outcome.events == [EMITTED]


WAYS_TO_ASK = {
    "awaited": "async def action(self, body, __event_call__): return await __event_call__({event})",
    "as a task": "async def action(self, body, __event_call__): "
    "return await asyncio.create_task(__event_call__({event}))",
    "asyncio.run": "def action(self, body, __event_call__): return asyncio.run(__event_call__({event}))",
    "wrapped": "def action(self, body, __event_call__):\n"
    "        async def ask(): return await __event_call__({event})\n"
    "        return asyncio.run(ask())",
    "blocking on the loop": "async def action(self, body, __event_call__): return __event_call__({event}).result()",
    "to_thread": "async def action(self, body, __event_call__): "
    "return await asyncio.to_thread(asyncio.run, __event_call__({event}))",
}


@pytest.mark.spec("E5")
@pytest.mark.parametrize("way", WAYS_TO_ASK)
async def test_the_caller_works_from_everywhere(bench: Bench, way: str) -> None:
    event = '{"type": "input", "data": {"title": "?"}}'
    source = f"import asyncio\nclass Action:\n    {WAYS_TO_ASK[way].replace('{event}', event)}\n"
    outcome = await bench.run(source, answers=lambda kind, data: [kind, data["title"]])
    assert outcome.value == ["input", "?"]


@pytest.mark.spec("E4")
async def test_a_question_that_expires_raises_at_the_call(bench: Bench) -> None:
    version = bench.version(
        """
        class Action:
            async def action(self, body, __event_call__):
                try:
                    await __event_call__({"type": "input", "data": {}})
                except Exception as error:
                    return [type(error).__name__, str(error)]
        """
    )
    run = await bench.start(version)
    async for frame in run:
        if type(frame).__name__ == "Ask":
            await run.reply(frame.call, error={"code": "question_expired", "message": "Nobody answered."})  # type: ignore[union-attr]
        if type(frame).__name__ == "Result":
            assert frame.value == ["QuestionExpired", "Nobody answered."]  # type: ignore[union-attr]


@pytest.mark.spec("E5")
@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("'done'", "takes a dict"),
        ("None", "takes a dict"),
        ("{'type': 3}", 'needs a "type"'),
        ("{'type': 'status', 'data': {'items': [1, object()]}}", "items[1] is a object"),
        ("{'type': 'status', 'data': 'x' * 2_000_000}", "the budget `output` is"),
        ("loop()", "contains itself"),
    ],
)
async def test_a_bad_event_is_an_error_at_the_call_and_loses_nothing_else(bench: Bench, event: str, says: str) -> None:
    source = f"""
def loop():
    data = {{}}
    data["data"] = data
    return {{"type": "status", "data": data}}
class Action:
    async def action(self, body, __event_emitter__):
        await __event_emitter__({EVENT})
        try:
            await __event_emitter__({event})
        except (TypeError, ValueError) as error:
            said = str(error)
        await __event_emitter__({EVENT})
        return said
"""
    outcome = await bench.run(source)
    assert says in outcome.value
    assert outcome.events == [EMITTED, EMITTED]


@pytest.mark.spec("E5")
@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("['input']", "takes a dict"),
        ("{'data': {}}", 'needs a "type"'),
        ("{'type': 'input', 'data': {'value': lambda: 1}}", "value is a function"),
        ("{'type': 'input', 'data': 'x' * 2_000_000}", "the budget `output` is"),
    ],
)
async def test_a_bad_question_is_an_error_at_the_call_too(bench: Bench, event: str, says: str) -> None:
    source = f"""
class Action:
    async def action(self, body, __event_call__):
        try:
            await __event_call__({event})
        except (TypeError, ValueError) as error:
            said = str(error)
        return [said, await __event_call__({{"type": "confirm", "data": {{}}}})]
"""
    outcome = await bench.run(source, answers=lambda *_: True)
    assert says in outcome.value[0]
    assert outcome.value[1] is True


@pytest.mark.spec("E1")
async def test_an_event_without_a_type_is_left_out_with_a_warning(bench: Bench) -> None:
    source = """
    class Action:
        async def action(self, body, __event_emitter__):
            await __event_emitter__({"data": {"description": "lost"}})
            await __event_emitter__({"type": "status", "data": {"description": "sent"}})
    """
    outcome = await bench.run(source)
    assert outcome.events == [("status", {"description": "sent"})]
    assert any(level == "warning" and 'without a "type"' in text for _, level, text, _ in outcome.lines)


@pytest.mark.spec("E1")
async def test_unknown_types_and_odd_values_pass(bench: Bench) -> None:
    source = """
    import datetime
    class Action:
        async def action(self, body, __event_emitter__):
            await __event_emitter__({"type": "made up", "data": {"at": datetime.date(2024, 1, 2), "nan": float("nan")}})
            await __event_emitter__({"type": "bare"})
            await __event_emitter__({"type": "loose", "content": 1})
    """
    outcome = await bench.run(source)
    assert outcome.events == [
        ("made up", {"at": "2024-01-02", "nan": None}),
        ("bare", None),
        ("loose", {"content": 1}),
    ]


async def test_what_changes_after_an_emit_was_sent_as_it_was(bench: Bench) -> None:
    source = """
    class Action:
        async def action(self, body, __event_emitter__):
            data = {"items": [1]}
            for number in (2, 3):
                __event_emitter__({"type": "x", "data": data})
                data["items"].append(number)
    """
    assert (await bench.run(source)).events == [("x", {"items": [1]}), ("x", {"items": [1, 2]})]


@pytest.mark.spec("I4", "E5")
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_a_task_that_is_left_behind_goes_on_and_may_speak(bench: Bench, form: str) -> None:
    source = f"""
import asyncio
class Action:
    {form} action(self, body, __event_emitter__=None, __event_call__=None):
        asyncio.create_task(self.background(__event_emitter__, __event_call__))
        return {{"success": True}}
    async def background(self, emit, call):
        for number in range(3):
            await asyncio.sleep(0.01)
            await emit({{"type": "progress", "data": {{"progress": number}}}})
        answer = await call({{"type": "input", "data": {{}}}})
        print("answer", answer)
"""
    outcome = await bench.run(source, answers=lambda *_: "yes")
    assert outcome.value == {"success": True}
    assert outcome.result is not None
    assert outcome.result.background == 1
    assert outcome.backgrounds == [0]
    assert [data["progress"] for _, data in outcome.events] == [0, 1, 2]
    assert outcome.texts == ["answer yes"]


@pytest.mark.spec("I4")
async def test_a_thread_that_is_left_behind_counts_until_it_ends(bench: Bench) -> None:
    source = """
    import threading, time
    class Action:
        def action(self, body, __event_emitter__):
            def work():
                time.sleep(0.05)
                __event_emitter__({"type": "late", "data": None})
                print("done")
            threading.Thread(target=work, name="mine").start()
            return "at once"
    """
    outcome = await bench.run(source)
    assert outcome.value == "at once"
    assert outcome.backgrounds == [0]
    assert outcome.events == [("late", None)]
    assert [(text, thread) for _, _, text, thread in outcome.lines] == [("done", "mine")]


@pytest.mark.spec("I4")
async def test_threads_that_a_library_keeps_are_no_background_work(bench: Bench) -> None:
    source = """
    import asyncio
    from anyio import to_thread
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor()
    class Action:
        async def action(self, body):
            await asyncio.get_running_loop().run_in_executor(None, print, "default executor")
            pool.submit(print, "own pool").result()
            await to_thread.run_sync(print, "kept by anyio")
    """
    outcome = await bench.run(source)
    assert outcome.result is not None
    assert outcome.result.background == 0
    assert outcome.texts == ["default executor", "own pool", "kept by anyio"]


@pytest.mark.spec("I3")
async def test_a_def_hook_may_start_a_task_and_block(bench: Bench) -> None:
    source = """
    import asyncio, time
    class Action:
        def action(self, body, __event_emitter__):
            self.ticks = 0
            asyncio.create_task(self.tick(__event_emitter__))
            while self.ticks < 5: time.sleep(0.01)
            return self.ticks
        async def tick(self, emit):
            for number in range(5):
                self.ticks += 1
                await emit({"type": "tick", "data": number})
                await asyncio.sleep(0.01)
    """
    outcome = await bench.run(source)
    assert outcome.value == 5
    assert len(outcome.events) == 5


async def test_an_emitter_kept_on_self_speaks_for_the_present_run(bench: Bench) -> None:
    version = bench.version(
        """
        class Filter:
            def inlet(self, body, __event_emitter__):
                self.emit = __event_emitter__
                return body
            async def outlet(self, body):
                await self.emit({"type": "status", "data": {"description": "x"}})
                return body
        """
    )
    assert (await bench.run(version, "inlet")).events == []
    assert (await bench.run(version, "outlet")).events == [EMITTED]


@pytest.mark.spec("H1")
async def test_a_host_call_works_from_the_loop_and_from_threads(bench: Bench) -> None:
    source = """
    import asyncio
    from penstock.worker import host
    class Action:
        async def action(self, body):
            return [
                host.call("users.get", id="a").result(),
                await host.call("users.get", id="b"),
                await asyncio.to_thread(lambda: host.call("users.get", id="c").result()),
            ]
    """
    outcome = await bench.run(source, answers=lambda name, arguments: [name, arguments["id"]])
    assert outcome.value == [["users.get", "a"], ["users.get", "b"], ["users.get", "c"]]


@pytest.mark.spec("I6")
async def test_everything_printed_or_logged_is_captured(bench: Bench) -> None:
    source = """
    import asyncio, logging, sys, threading, warnings
    from loguru import logger as loguru
    log = logging.getLogger("mine")
    own = logging.getLogger("own")
    own.addHandler(logging.StreamHandler())
    own.setLevel(logging.DEBUG)
    class Action:
        async def action(self, body):
            print("printed", 1)
            print("no newline", end="")
            print(" joined")
            print("to stderr", file=sys.stderr)
            log.info("logged %s", 2)
            own.debug("own handler")
            loguru.warning("by loguru")
            await asyncio.to_thread(print, "in a pool")
            thread = threading.Thread(target=print, args=("in a thread",), name="mine")
            thread.start()
            thread.join()
            try:
                1 / 0
            except ZeroDivisionError:
                log.exception("went wrong")
            sys.stdout.write("the end")
    """
    outcome = await bench.run(source)
    assert [(level, text) for _, level, text, _ in outcome.lines[:-2]] == [
        ("stdout", "printed 1"),
        ("stdout", "no newline joined"),
        ("stderr", "to stderr"),
        ("info", "logged 2"),
        ("debug", "own handler"),
        ("warning", "by loguru"),
        ("stdout", "in a pool"),
        ("stdout", "in a thread"),
    ]
    assert outcome.lines[-2][1] == "error"
    assert "ZeroDivisionError" in outcome.lines[-2][2]
    assert outcome.texts[-1] == "the end"
    assert outcome.lines[7][3] == "mine"


@pytest.mark.spec("I6")
async def test_an_exception_in_a_thread_is_printed_in_its_run(bench: Bench) -> None:
    source = """
    import threading
    def broken():
        raise KeyError("lost")
    class Action:
        def action(self, body):
            thread = threading.Thread(target=broken)
            thread.start()
            thread.join()
    """
    outcome = await bench.run(source)
    assert any("KeyError" in text for text in outcome.texts)


@pytest.mark.spec("I6")
async def test_a_run_that_prints_without_end_is_cut(bench: Bench) -> None:
    source = """
    class Action:
        def action(self, body):
            for number in range(50_000):
                print(number)
    """
    outcome = await bench.run(source)
    *kept, last = outcome.texts
    assert kept == [str(number) for number in range(len(kept))]
    assert len(kept) > 10_000
    assert last.startswith(f"{50_000 - len(kept):,} further lines (")
    assert last.endswith("not kept: the budget `log` is 1,048,576 bytes.")


@pytest.mark.spec("I6")
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_a_line_without_an_end_is_kept(bench: Bench, form: str) -> None:
    outcome = await bench.run(f"class Action:\n    {form} action(self, body): print('half', end='')\n")
    assert outcome.texts == ["half"]


@pytest.mark.spec("I4", "I6")
async def test_what_a_forgotten_task_raises_is_in_the_log(bench: Bench) -> None:
    source = """
    import asyncio
    class Action:
        async def action(self, body):
            asyncio.create_task(self.broken())
        async def broken(self):
            await asyncio.sleep(0.01)
            raise KeyError("lost")
    """
    outcome = await bench.run(source)
    assert outcome.backgrounds == [0]
    assert "KeyError: 'lost'" in outcome.texts[0]
    assert outcome.lines[0][1] == "error"


@pytest.mark.spec("E2", "P2")
@pytest.mark.parametrize("form", ["def", "async def"])
async def test_events_keep_their_place_among_chunks(bench: Bench, form: str) -> None:
    version = bench.version(
        f"""
        class Pipe:
            {form} pipe(self, body, __event_emitter__):
                for number in range(20):
                    yield f"chunk {{number}}"
                    __event_emitter__({{"type": f"event {{number}}"}})
        """
    )
    seen: list[str] = []
    async for frame in await bench.start(version, "pipe"):
        seen += frame.items if isinstance(frame, Chunk) else [frame.type] if isinstance(frame, Emit) else []
    assert seen == [f"{what} {number}" for number in range(20) for what in ("chunk", "event")]


async def test_processes_that_author_code_forks_do_not_disturb_the_worker(bench: Bench) -> None:
    source = """
    import multiprocessing, os
    def work(number):
        print("from the child", number)
        return number * 2
    class Action:
        def action(self, body):
            context = multiprocessing.get_context("fork")
            with context.Pool(2) as pool:
                return pool.map(work, range(4))
    """
    outcome = await bench.run(source, seconds=20)
    assert outcome.value == [0, 2, 4, 6]
