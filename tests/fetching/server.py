"""A publisher's server that misbehaves as told, on this computer only; and a clock that needs no time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: Message
    form: dict[str, str]


Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Does what the next behaviour of its path says; the last one stays."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(parse_qsl(self.rfile.read(length).decode()))
        self.server.asked.append(Asked(self.command, self.path, self.headers, form))
        planned = self.server.planned.get(self.path.split("?")[0], [status(404)])
        self.close_connection = True
        (planned.pop(0) if len(planned) > 1 else planned[0])(self)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""

    def start(self, code: int, **headers: object) -> None:
        """Status line and headers; an underscore in a name stands for a hyphen."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()


class Server(ThreadingHTTPServer):
    """What it was asked, and what it is to do, by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[Asked] = []
        self.planned: dict[str, list[Behaviour]] = {}
        self.released = threading.Event()

    def url(self, path: str = "/table", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def plan(self, *behaviours: Behaviour, path: str = "/table") -> str:
        """What to do at this path, call after call; its address."""
        self.planned[path] = list(behaviours)
        return self.url(path)

    def handle_error(self, *_: object) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def running() -> Iterator[Server]:
    """The server while it runs."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def send(body: bytes, code: int = 200, **headers: object) -> Behaviour:
    """The whole body, with its true length."""

    def behave(handler: Handler) -> None:
        handler.start(code, Content_Length=len(body), **headers)
        handler.wfile.write(body)

    return behave


def status(code: int, **headers: object) -> Behaviour:
    """A status with a short page."""
    return send(b"<html><title>status</title></html>", code, **headers)


def redirect(target: str, code: int = 302) -> Behaviour:
    return send(b"", code, Location=target)


def silent_before_headers(handler: Handler) -> None:
    """Nothing, until the test is over."""
    handler.server.released.wait()


def stalling(body: bytes, after: int, **headers: object) -> Behaviour:
    """The beginning of the body, then nothing until the test is over."""

    def behave(handler: Handler) -> None:
        handler.start(200, Content_Length=len(body), **headers)
        handler.wfile.write(body[:after])
        handler.wfile.flush()
        handler.server.released.wait()

    return behave


def cut(body: bytes, after: int, declared: int | None = None, **headers: object) -> Behaviour:
    """The beginning of the body, then the end of the connection."""

    def behave(handler: Handler) -> None:
        handler.start(200, Content_Length=len(body) if declared is None else declared, **headers)
        handler.wfile.write(body[:after])

    return behave


def undeclared(body: bytes, *, whole: bool = True) -> Behaviour:
    """In chunks, without a length; not `whole` leaves out the last chunk, which says that it was the last."""

    def behave(handler: Handler) -> None:
        handler.start(200, Transfer_Encoding="chunked")
        for begin in range(0, len(body), 1000):
            piece = body[begin : begin + 1000]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n" if whole else b"")

    return behave


def continuing(body: bytes, etag: str, *, named: str | None = None) -> Behaviour:
    """Range and If-Range as the standard says; `named` is the ETag it claims, if that is another one."""

    def behave(handler: Handler) -> None:
        asked, condition = handler.headers.get("Range"), handler.headers.get("If-Range")
        if asked is None or (named is None and condition != etag):
            send(body, ETag=etag)(handler)
            return
        begin = int(asked.removeprefix("bytes=").removesuffix("-"))
        if begin >= len(body):
            status(416)(handler)
            return
        where = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        send(body[begin:], 206, ETag=named or etag, Content_Range=where)(handler)

    return behave


@dataclass
class Clock:
    """Time passes only by sleeping, and by `tick` seconds with each look at it."""

    tick: float = 0.0
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        self.now += self.tick
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
