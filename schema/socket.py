"""Subscriptions over a WebSocket: the protocol graphql-transport-ws, in our context and with our errors."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from starlette.websockets import WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    CompleteMessage,
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import PreExecutionError

from gateway.domain.tenant import Scope
from gateway.errors import Forbidden, GatewayError, LimitExceeded
from schema.context import MAX_CATEGORIES, Allowance, Context
from schema.failures import said_of, told

INIT_SECONDS = 10  # in which the first message must come
MOST_OPERATIONS = 20  # of one socket
_BAD_REQUEST, _FORBIDDEN = 4400, 4403
_MOST_ID = 128
_MOST_REASON = 120  # bytes: a close frame holds 123


class TextFrames(ASGIWebSocketAdapter):
    """Says everything as text, as clients expect it."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """One message."""
        try:
            await self.ws.send_text(self.view.encode_json_string(message))
        except WebSocketDisconnect as gone:
            raise WebSocketDisconnected from gone


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """One connection. Its key is in the first message, or in the headers of the request that opened it."""

    async def handle_message(self, message: Message) -> None:
        """Whatever is no message of the protocol ends the connection."""
        if isinstance(message, dict):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("a message is a JSON object")  # type: ignore[unreachable]  # what came is any JSON

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Lets in who has a key that may subscribe to something."""
        payload = message.get("payload")
        if payload is None:
            message = {"type": "connection_init"}
        if self.context.present and (payload is None or isinstance(payload, dict)) and not self.connection_init_received:
            self.context = replace(self.context, admit=self.context.present(payload or {}))
            try:
                _, caller = self.context.admit()
                if not (caller.may(Scope.ANALYST) or caller.may(Scope.SERVER)):
                    raise Forbidden("subscriptions need a key with the scope ANALYST or SERVER")
            except GatewayError as refused:
                await self._refuse(_FORBIDDEN, refused.message)
                return
        await super().handle_connection_init(message)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begins an operation that is one."""
        if fault := _fault_of(message):
            await self._refuse(_BAD_REQUEST, fault)
        elif len(self.operations) >= MOST_OPERATIONS and message["id"] not in self.operations:
            full = said_of(LimitExceeded(f"a connection may have {MOST_OPERATIONS} subscriptions at most"))
            await self.websocket.send_json({"id": message["id"], "type": "error", "payload": [full]})
        else:
            await super().handle_subscribe(message)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Says what there is to say until it ends."""
        found = await self.schema.subscribe(
            operation.query,
            variable_values=operation.variables,
            context_value=replace(self.context, categories=Allowance(MAX_CATEGORIES)),
            operation_name=operation.operation_name,
        )
        async with aclosing(found):
            async for result in found:
                errors = [told(error) for error in result.errors or ()]
                if isinstance(result, PreExecutionError):
                    await _say(operation, "error", errors)
                    return
                await _say(operation, "next", {"data": result.data, **({"errors": errors} if errors else {})})
        await operation.send_operation_message(CompleteMessage(id=operation.id, type="complete"))

    async def _refuse(self, code: int, why: str) -> None:
        await self.websocket.close(code, why.encode()[:_MOST_REASON].decode(errors="ignore"))


async def _say(operation: Operation[Context, None], kind: str, payload: object) -> None:
    await operation.send_operation_message({"id": operation.id, "type": kind, "payload": payload})  # type: ignore[arg-type,misc]


def _fault_of(message: Mapping[str, Any]) -> str | None:
    """What is wrong with the wish to subscribe, if anything."""
    payload = message.get("payload")
    if not isinstance(message.get("id"), str) or not 0 < len(message["id"]) <= _MOST_ID:
        return f"id must be a text of 1 to {_MOST_ID} characters"
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        return "payload must be an object with the text query"
    if not isinstance(payload.get("variables"), dict | None):
        return "payload.variables must be an object"
    if not isinstance(payload.get("operationName"), str | None):
        return "payload.operationName must be a text"
    return None
