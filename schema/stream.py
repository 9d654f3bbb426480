"""A subscription's answer over HTTP: whoever goes away, even while something is said, leaves nothing open behind."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult


class Stream(StreamingResponse):
    """What is said, closed with the answer, and then the results that it is made of: garbage would be closed some time, in any
    order, and not at all where the server ends before.
    """

    def __init__(self, said: StreamingResponse, results: AsyncGenerator[ExecutionResult, None]) -> None:
        super().__init__(said.body_iterator, said.status_code, said.headers)
        self._results = results

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Says it all."""
        async with aclosing(self._results), aclosing(cast("AsyncGenerator[str, None]", self.body_iterator)):
            await super().__call__(scope, receive, send)
