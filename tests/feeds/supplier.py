"""A shop's supplier: a real HTTP server on this machine that answers as a test wants, and remembers who asked with what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

CATALOG = b"id,title,price\na,A,1\nb,B,2\n"


@dataclass
class Answer:
    status: int = 200
    body: bytes = CATALOG
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None  # claimed; null: the body's
    hangs: bool = False


class Supplier:
    """`answers` by path; `heard` is every request's path and headers."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.answers: dict[str, Answer] = {}
        self.heard: list[tuple[str, Mapping[str, str]]] = []
        self.over = Event()

    def last(self, header: str) -> str | None:
        """What the last request said there."""
        return {name.lower(): value for name, value in self.heard[-1][1].items()}.get(header.lower())


@contextmanager
def supplying() -> Iterator[Supplier]:
    """A supplier on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            supplier.heard.append((self.path, dict(self.headers)))
            answer = supplier.answers.get(self.path.partition("?")[0], Answer(404, b"nothing here"))
            if answer.hangs:
                supplier.over.wait(10)
            if answer.headers.get("ETag") and self.headers.get("If-None-Match") == answer.headers["ETag"]:
                answer = Answer(304, b"", answer.headers)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = True

        def log_message(self, *_):
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        supplier = Supplier(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield supplier
        finally:
            supplier.over.set()
            server.shutdown()
            thread.join()
