"""What was taken is worked off before the process ends: under each server that the package's page has a
recipe for, and in programs that tell the receiver nothing of their end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from serving import CANARY, body, send
from support import ROOT, free_port

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have a SIGTERM to end by")

EVENTS = {
    "blocking": f"""
import time
from sonoran import EventReceiver

receiver = EventReceiver({CANARY!r})

@receiver.on("ACCOUNT_KICKED")
def kicked(event):
    print("begun", event.accountId, flush=True)
    time.sleep(1)
    print("done", event.accountId, flush=True)
""",
    "async": f"""
import asyncio
from sonoran import EventReceiver

receiver = EventReceiver({CANARY!r})

@receiver.on("ACCOUNT_KICKED")
async def kicked(event):
    print("begun", event.accountId, flush=True)
    await asyncio.sleep(1)
    print("done", event.accountId, flush=True)
""",
}
# Signals its own process while it answers a request.
SIGNALLED = f"""
import os, signal, sonoran

class Receiver(sonoran.EventReceiver):
    @property
    def wsgi(self):
        def app(environ, start_response):
            os.kill(os.getpid(), NUMBER)
            return super(Receiver, self).wsgi(environ, start_response)
        return app

receiver = Receiver({CANARY!r})
"""
UVICORN = "from events import receiver\napp = receiver.asgi\n"
MIDDLEWARE = """
from fastapi import FastAPI
from events import receiver

app = FastAPI()
app.mount("/sonorancms", receiver.asgi)

@app.middleware("http")
async def passed_on(request, call_next):
    return await call_next(request)
"""
GUNICORN_ENDING = "from events import receiver\ndef worker_exit(server, worker):\n    receiver.close()\n"

Command = list[str]


def recipe(name: str) -> str:
    page = (ROOT / "bindings-python/README.md").read_text("utf-8")
    (found,) = re.findall(rf"<!-- recipe: {name} -->\n```python\n(.*?)```", page, re.DOTALL)
    return str(found)


def uvicorn(port: int) -> Command:
    return ["-m", "uvicorn", "server:app", "--port", str(port), "--log-level", "warning"]


def gunicorn(port: int, *more: str) -> Command:
    # A folder for its heartbeat that every system has.
    return ["-m", "gunicorn", "server:app", "--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", ".", *more]


def served(folder: Path, command: Command, port: int, events: str, server: str, **files: str) -> list[str]:
    """Two events come, and a SIGTERM while the first one is worked on; gives what was printed."""
    for name, text in {"events": EVENTS[events], "server": server, **files}.items():
        folder.joinpath(f"{name}.py").write_text(text.replace("8080", str(port)), "utf-8")
    program = [sys.executable, "-u", *command]
    with subprocess.Popen(program, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            wait_for(port)
            for account in ("first", "second"):
                assert send(("127.0.0.1", port), body(data={"accountId": account})).status == 204
            lines = [process.stdout.readline().strip()]
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    return lines + rest.split("\n")[:-1]


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return


ALL = ["begun first", "done first", "begun second", "done second"]


@pytest.mark.parametrize("events", EVENTS)
@pytest.mark.parametrize("server", ["fastapi", "gunicorn", "program"])
def test_a_recipe(server: str, events: str, tmp_path: Path) -> None:
    port = free_port()
    command = {"fastapi": uvicorn(port), "gunicorn": gunicorn(port), "program": ["server.py"]}[server]
    assert served(tmp_path, command, port, events, recipe(server)) == ALL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_program_ends_whatever_it_is_at(number: signal.Signals, tmp_path: Path) -> None:
    """Also where the signal comes while a request is being answered."""
    port = free_port()
    tmp_path.joinpath("events.py").write_text(SIGNALLED.replace("NUMBER", str(int(number))), "utf-8")
    tmp_path.joinpath("server.py").write_text(recipe("program").replace("8080", str(port)), "utf-8")
    with subprocess.Popen([sys.executable, "server.py"], cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            assert send(("127.0.0.1", port), body()).status == 204
            assert process.wait(30) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("server", [UVICORN, MIDDLEWARE], ids=["uvicorn", "fastapi with middleware"])
def test_an_asgi_server(server: str, tmp_path: Path) -> None:
    port = free_port()
    assert served(tmp_path, uvicorn(port), port, "async", server) == ALL


@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_gunicorn_with_a_hook(worker: str, tmp_path: Path) -> None:
    port = free_port()
    command = gunicorn(port, "--config", "ending.py", "--worker-class", worker, "--preload")
    assert served(tmp_path, command, port, "blocking", recipe("gunicorn"), ending=GUNICORN_ENDING) == ALL


ENTER = f"""
import asyncio, io, logging, os, sys, threading, time
from sonoran import EventReceiver, _exit

receiver = EventReceiver({CANARY!r})

# In one piece: threads and a fork write to the same stream.
def tell(text):
    os.write(1, f"{{text}}\\n".encode())

def enter(account):
    content = b'{{"key":"{CANARY}","type":"ACCOUNT_KICKED","data":{{"accountId":"%b"}}}}' % account.encode()
    receiver.wsgi({{
        "REQUEST_METHOD": "POST", "PATH_INFO": "/sonorancms/events",
        "CONTENT_LENGTH": str(len(content)), "wsgi.input": io.BytesIO(content),
    }}, lambda status, headers: tell(status[:3]))

answered = []

# An event is taken then; `ask` goes on until it is worked off.
async def until(count):
    while len(answered) < count:
        await asyncio.sleep(0.01)

async def ask(account):
    content = b'{{"key":"{CANARY}","type":"ACCOUNT_KICKED","data":{{"accountId":"%b"}}}}' % account.encode()
    async def receive():
        return {{"type": "http.request", "body": content}}
    async def answer(message):
        if "status" in message:
            tell(message["status"])
            answered.append(account)
    scope = {{"type": "http", "method": "POST", "path": "/sonorancms/events", "headers": []}}
    await receiver.asgi(scope, receive, answer)

def took(event):
    time.sleep(0.5)
    tell(f"done {{event.accountId}}")

async def took_async(event):
    await asyncio.sleep(0.5)
    tell(f"done {{event.accountId}}")
"""


def ended(program: str, **options: Any) -> tuple[str, str, float]:
    began = time.monotonic()
    command = [sys.executable, "-c", ENTER + program]
    process = subprocess.run(command, capture_output=True, text=True, timeout=50, **options)
    assert process.returncode == 0, process.stderr
    return process.stdout, process.stderr, time.monotonic() - began


def worked_off(program: str) -> tuple[list[str], str]:
    """What was told beside the two answers, which may come before or after the first event is worked off."""
    told, errors, _ = ended(program)
    lines = told.split("\n")[:-1]
    assert lines.count("204") == 2
    return [line for line in lines if line != "204"], errors


def test_the_end_of_a_program() -> None:
    program = """
receiver.on("ACCOUNT_KICKED")(took)
for account in "ab":
    enter(account)
"""
    assert worked_off(program) == (["done a", "done b"], "")


def test_callbacks_may_start_threads_until_then() -> None:
    program = """
@receiver.on("ACCOUNT_KICKED")
async def kicked(event):
    await asyncio.sleep(0.3)
    await asyncio.to_thread(print, "done", event.accountId, flush=True)

for account in "ab":
    enter(account)
"""
    assert worked_off(program) == (["done a", "done b"], "")


def test_the_end_does_not_wait_for_ever() -> None:
    program = """
_exit.SECONDS = 0.5
receiver.on("ACCOUNT_KICKED")(lambda event: time.sleep(60))
for account in "abc":
    enter(account)
"""
    _, told, took = ended(program)
    assert told.startswith("3 push events that were taken are not worked off")
    assert "c4nary" not in told
    assert took < 40


def test_the_end_of_a_program_that_took_nothing() -> None:
    assert ended("receiver.wsgi, receiver.asgi")[:2] == ("", "")


@pytest.mark.parametrize("callback", ["took", "took_async"])
def test_the_end_of_an_event_loop(callback: str) -> None:
    program = f"""
receiver.on("ACCOUNT_KICKED")({callback})

async def main():
    tasks = [asyncio.create_task(ask(account)) for account in "ab"]
    await until(2)

asyncio.run(main())
tell("over")
"""
    assert worked_off(program) == (["done a", "done b", "over"], "")


def test_the_end_of_an_event_loop_does_not_wait_for_ever() -> None:
    program = """
_exit.SECONDS = 0.5

@receiver.on("ACCOUNT_KICKED")
async def kicked(event):
    await asyncio.sleep(60)

async def main():
    task = asyncio.create_task(ask("a"))
    await until(1)

asyncio.run(main())
"""
    _, told, took = ended(program)
    assert "1 push events that were taken are not worked off" in told
    assert took < 40


def test_an_event_loop_that_is_left_alone() -> None:
    program = """
receiver.on("ACCOUNT_KICKED")(took_async)
loop = asyncio.new_event_loop()
waiting = [loop.create_task(ask(account)) for account in "ab"]
loop.run_until_complete(until(2))
"""
    assert worked_off(program)[0] == ["done a", "done b"]


def test_an_event_loop_in_another_thread() -> None:
    program = """
receiver.on("ACCOUNT_KICKED")(took_async)
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
for account in "ab":
    asyncio.run_coroutine_threadsafe(ask(account), loop)
asyncio.run(until(2))
"""
    assert worked_off(program) == (["done a", "done b"], "")


def test_the_end_of_a_fork() -> None:
    program = """
import multiprocessing, warnings
warnings.simplefilter("ignore", DeprecationWarning)
receiver.on("ACCOUNT_KICKED")(took)

def child():
    # The parent's event is not this one's; its own are.
    enter("b")

enter("a")
forked = multiprocessing.get_context("fork").Process(target=child)
forked.start()
forked.join()
tell(f"joined {forked.exitcode}")
"""
    lines = ended(program)[0].split("\n")[:-1]
    assert sorted(lines) == ["204", "204", "done a", "done b", "joined 0"]
    assert lines.index("done b") < lines.index("joined 0")
