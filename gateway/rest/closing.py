"""Closing time: a server that is told to stop says so to those who listen, and waits for them no longer than a second."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gateway.services.gateway import Gateway

_PATIENCE = 1.0  # seconds in which what was said last must have been taken


class Line(HttpToolsProtocol):
    """A connection over HTTP. What was asked is answered, within the server's grace; a stream would never end by itself."""

    def shutdown(self) -> None:
        """The server stops: streams end, with an error that says so."""
        gateway: Gateway = self.app_state["gateway"]
        gateway.broadcaster.seats.close()
        super().shutdown()
        self.loop.call_later(_PATIENCE, self._hang_up)

    def _hang_up(self) -> None:
        """Only streams have no length; whoever has not read the end of one by now does not read."""
        if self in self.connections and self.cycle is not None and self.cycle.chunked_encoding:
            self.transport.abort()


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket: closed with 1012, after which clients connect anew."""

    def shutdown(self) -> None:
        """The server stops: the close is said, and not waited for by those who do not read it."""
        super().shutdown()
        self.loop.call_later(_PATIENCE, self._hang_up)

    def _hang_up(self) -> None:
        if self in self.connections:
            self.transport.abort()
