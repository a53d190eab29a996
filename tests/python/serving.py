"""Receivers behind real sockets: wsgiref's server and a small one for ASGI; a client that may misbehave."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from sonoran import EventReceiver

PATH = "/sonorancms/events"
CANARY = "c4nary-0fTheKey"

Address = tuple[str, int]
Message = MutableMapping[str, Any]


def body(event_type: str = "ACCOUNT_KICKED", data: object = None, key: str = CANARY) -> bytes:
    return json.dumps({"key": key, "type": event_type, "data": data}).encode()


class Answered:
    """An answer, read to the end of its connection."""

    def __init__(self, connection: socket.socket) -> None:
        answer = HTTPResponse(connection)
        answer.begin()
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.text = answer.read().decode()


def send(address: Address, content: bytes, method: str = "POST", path: str = PATH) -> Answered:
    head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(content)}\r\n\r\n"
    return exchange(address, head.encode() + content)


def exchange(address: Address, request: bytes) -> Answered:
    """Sends what is no proper request, perhaps, and reads the answer."""
    with socket.create_connection(address, timeout=60) as connection:
        # A server that refuses early closes while this is still being sent.
        with suppress(ConnectionError):
            connection.sendall(request)
        return Answered(connection)


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 1024


@contextmanager
def wsgi(receiver: EventReceiver) -> Iterator[Address]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.set_app(receiver.wsgi)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield "127.0.0.1", server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def asgi(receiver: EventReceiver) -> Iterator[Address]:
    started: Any = threading.Event()

    def run() -> None:
        asyncio.run(serve())

    async def serve() -> None:
        server = await asyncio.start_server(AsgiConnection(receiver).serve, "127.0.0.1", 0, backlog=1024)
        ended = asyncio.Event()
        started.address = server.sockets[0].getsockname()
        started.end = (asyncio.get_running_loop().call_soon_threadsafe, ended.set)
        started.set()
        async with server:
            await ended.wait()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(60)
    try:
        yield started.address
    finally:
        call, end = started.end
        call(end)
        thread.join()


class AsgiConnection:
    """One request for each connection."""

    def __init__(self, receiver: EventReceiver) -> None:
        self._app = receiver.asgi

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = [
            (name.strip().lower(), value.strip()) for name, _, value in (row.partition(":") for row in lines)
        ]
        method, path, _ = line.split(" ")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
        parts = self._parts(reader, dict(headers))

        async def receive() -> Message:
            with suppress(asyncio.IncompleteReadError):
                async for part in parts:
                    return part
            return {"type": "http.disconnect"}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                head = [f"HTTP/1.1 {message['status']} Status".encode()]
                head += [name + b": " + value for name, value in message["headers"]]
                writer.write(b"\r\n".join([*head, b"", b""]))
            else:
                writer.write(message.get("body", b""))

        await self._app(scope, receive, answer)
        writer.close()

    async def _parts(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> AsyncIterator[Message]:
        chunked = headers.get("transfer-encoding") == "chunked"
        left = int(headers.get("content-length", 0))
        while True:
            if chunked:
                left = int(await reader.readuntil(b"\r\n"), 16)
            part = await (reader.readexactly(left) if chunked else reader.read(min(left, 4096)))
            if chunked:
                await reader.readexactly(2)
            elif left and not part:
                return
            left -= len(part)
            more = bool(part) if chunked else left > 0
            yield {"type": "http.request", "body": part, "more_body": more}
            if not more:
                return
