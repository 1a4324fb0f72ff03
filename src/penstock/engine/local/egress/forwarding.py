"""One HTTP request to a server, and its answer."""

from __future__ import annotations

import asyncio

from penstock.engine.local.egress import relay
from penstock.engine.local.egress.heads import HEAD_LIMIT, BadHead, Body, read_answer
from penstock.engine.local.egress.stream import Ended, Stream, TooLong


class BadAnswer(Exception):
    """Raised when what the server says is no answer; the message is a sentence."""


class Forward:
    """The head of the request has been written to the server already."""

    def __init__(self, client: Stream, server: Stream, method: str) -> None:
        self._client = client
        self._server = server
        self._method = method

    async def both(self, length: Body) -> bool:
        """Send the body while the answer comes, which may be before its end."""
        sending = asyncio.create_task(self._send_body(length))
        answering = asyncio.create_task(self.answer_alone())
        try:
            await asyncio.wait((sending, answering), return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                await sending
            return await answering
        finally:
            sending.cancel()
            answering.cancel()
            await asyncio.wait((sending, answering))

    async def _send_body(self, length: Body) -> None:
        try:
            await relay.body(self._client, self._server, length)
        except OSError:
            if not self._server.broken:
                raise  # else the server takes no more of it: what it answers says why
        if not await self._client.read():
            raise Ended  # nobody waits for the answer any more

    async def answer_alone(self) -> bool:
        """Pass the answer on. Whether the connection has become something else. Raises `BadAnswer`."""
        try:
            answer = read_answer(await self._server.until(b"\r\n\r\n", HEAD_LIMIT))
            while answer.interim:
                await self._client.write(answer.passed_on())
                answer = read_answer(await self._server.until(b"\r\n\r\n", HEAD_LIMIT))
            length = answer.body(self._method)
        except (Ended, ConnectionError) as error:
            if self._client.broken:
                raise
            raise BadAnswer("The server hung up without an answer") from error
        except (BadHead, TooLong) as error:
            raise BadAnswer("The server's answer is not HTTP/1.1") from error
        await self._client.write(answer.passed_on())
        if answer.status == 101:
            return True
        if length == "chunked":
            length = None  # both sides know where it ends, and hang up then
        await relay.body(self._server, self._client, length)
        return False
