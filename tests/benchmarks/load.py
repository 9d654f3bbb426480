"""A load: keep-alive connections that each send the next request when the last is answered."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load saw: answers a second, and milliseconds an answer took."""

    rate: float
    p50: float
    p99: float
    errors: int

    @classmethod
    def of(cls, seconds: list[float], elapsed: float, errors: int) -> "Figures":
        spread = quantiles(seconds, n=100) if len(seconds) > 1 else [*seconds] * 99
        return cls(len(seconds) / elapsed, median(seconds) * 1000, spread[98] * 1000, errors)


async def load(host: str, port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Figures:
    """Keeps `connections` busy for a time, or until there are no more requests. A request is the bytes of a whole HTTP request; an
    answer that holds "errors" is one.
    """
    taken: list[float] = []
    errors = 0
    end = perf_counter() + seconds

    async def one() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(host, port)
        try:
            while perf_counter() < end and (request := next(requests, None)):
                started = perf_counter()
                writer.write(request)
                body = await read_answer(reader)
                taken.append(perf_counter() - started)
                errors += body is None or b'"errors":[{' in body
        finally:
            writer.close()

    started = perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Figures.of(taken, perf_counter() - started, errors)


async def read_answer(reader: asyncio.StreamReader) -> bytes | None:
    """The body of the next answer; null where its status is not 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    return body if head.split(b" ", 2)[1] == b"200" else None


def post(path: str, body: bytes, key: str) -> bytes:
    """The bytes of a JSON request."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-API-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
