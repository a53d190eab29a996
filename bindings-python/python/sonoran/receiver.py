"""Where push events arrive: an ASGI and a WSGI app over callbacks."""

from __future__ import annotations

from ._callbacks import Callbacks
from ._events import Subscriber
from ._parse import keys_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta
    from typing import TypeVar

    from ._asgi import AsgiApp
    from ._intake import Intake
    from ._wsgi import WsgiApp
    from .event import Event, UnknownEvent

    _Callback = TypeVar("_Callback", bound=Callable[..., object])
    _OfUnknown = TypeVar("_OfUnknown", bound=Callable[[UnknownEvent], object])
    _OfErrors = TypeVar("_OfErrors", bound=Callable[[BaseException, Event], object])


class EventReceiver(Subscriber):
    """Receives push events over HTTP and calls back for each, one after another, as they arrived.

        from sonoran import AccountKickedEvent, EventReceiver

        receiver = EventReceiver("YOUR_API_KEY")

        @receiver.on("ACCOUNT_KICKED")
        def kicked(event: AccountKickedEvent) -> None:
            print(event.accountId)

        app = receiver.asgi   # or receiver.wsgi

    A request is answered at once, with 204 where its event is taken; the callback runs afterwards. Its
    failure stops nothing: it goes to those of `on_error`, else to the logger "sonoran". What is no
    event of this community is refused, and 503 is the answer while too many events are waiting.

    The service sends over plain HTTP and signs nothing, so an event only says where to look: listen on
    a private address, have TLS in front, and look the account up again before acting on it.

    key: the community's API key, or several while it is being changed. It is shown nowhere.
    max_queue: how many events may wait for the one that is being worked on (1000).
    body_timeout: time that a body may take to arrive, as seconds or a timedelta (10).
    path: where events are taken ("/sonorancms/events"), in addition to wherever a framework has mounted
        the app itself; None for every path, as where a framework's route leads here.

    Raises TypeError or ValueError when an argument cannot be used, and names it.
    """

    def __init__(
        self,
        key: str | Sequence[str],
        *,
        max_queue: int = 1000,
        body_timeout: float | timedelta = 10.0,
        path: str | None = "/sonorancms/events",
    ) -> None:
        try:
            seconds = _seconds(body_timeout)
            _check(max_queue, path)
            keys = keys_of(key)
        finally:
            # A report of an error that shows the values of variables shall not show the key.
            del key
        # Imported only here: programs that receive nothing do without.
        from ._intake import Intake

        self._callbacks = Callbacks()
        self._intake: Intake = Intake(keys, self._callbacks, max_queue, seconds, path)
        self._asgi: AsgiApp | None = None
        self._wsgi: WsgiApp | None = None

    def on_unknown(self, callback: _OfUnknown) -> _OfUnknown:
        """Decorates what is to be called with events that no other callback is for.

        These are of types that are not documented, or have data of other types than documented.
        """
        self._callbacks.unknown.append(_callable(callback))
        return callback

    def on_error(self, callback: _OfErrors) -> _OfErrors:
        """Decorates what is to be called with the exception of a callback that failed, and its event."""
        self._callbacks.errors.append(_callable(callback))
        return callback

    @property
    def asgi(self) -> AsgiApp:
        """The receiver as an ASGI 3 app, for asyncio servers such as uvicorn and hypercorn.

        Callbacks that are not async are called in another thread, so that they may block. A request is
        answered at once and goes on until its event is done. So the server's shutdown waits for it, also
        where a framework mounts the app and keeps the shutdown to itself.
        """
        if self._asgi is None:
            # Imported only here, with what it needs of asyncio.
            from ._asgi import AsgiApp

            self._asgi = AsgiApp(self._intake)
        return self._asgi

    @property
    def wsgi(self) -> WsgiApp:
        """The receiver as a WSGI app, for servers such as gunicorn, waitress and wsgiref.

        Callbacks run in one thread of each process, started by its first event. The end of the process
        waits for what was taken, 10 seconds at most; `close()` waits without a bound. Nobody is told of a
        signal that ends the process at once, as SIGTERM does where nobody handles it.

        A WSGI app can only wait for the next bytes of a body: body_timeout is looked at each time that
        some come. What ends a connection on which nothing comes is the server's own timeout, and the
        server decides whether it reads on after a refusal.
        """
        if self._wsgi is None:
            from ._wsgi import WsgiApp

            self._wsgi = WsgiApp(self._intake)
        return self._wsgi

    def close(self) -> None:
        """Takes no more events, which are answered with 503, and waits for the callbacks of those taken.

        Called from a callback it does not wait. In an event loop use `aclose()`: this raises a
        RuntimeError instead of waiting for the loop that it holds up.
        """
        self._intake.closed = True
        if self._asgi is not None:
            self._asgi.drain_from_outside()
        if self._wsgi is not None:
            self._wsgi.drain()

    async def aclose(self) -> None:
        """The same as `close()`, in an event loop."""
        self._intake.closed = True
        if self._asgi is not None:
            await self._asgi.drain()
        if self._wsgi is not None:
            import asyncio

            await asyncio.to_thread(self._wsgi.drain)

    def __repr__(self) -> str:
        intake = getattr(self, "_intake", None)
        if intake is None:
            return "EventReceiver(not made)"
        return (
            f"EventReceiver(max_queue={intake.max_queue}, body_timeout={intake.body_timeout}, "
            f"path={intake.path!r})"
        )

    def _subscribe(self, type: str) -> Callable[[_Callback], _Callback]:
        if not isinstance(type, str):
            raise TypeError('on takes the type of the events: @receiver.on("ACCOUNT_KICKED")')

        def subscribe(callback: _Callback) -> _Callback:
            self._callbacks.by_type.setdefault(type, []).append(_callable(callback))
            return callback

        return subscribe


def _check(max_queue: object, path: object) -> None:
    if isinstance(max_queue, bool) or not isinstance(max_queue, int):
        raise TypeError(f"max_queue must be an int, not {type(max_queue).__name__}")
    if max_queue < 1:
        raise ValueError("max_queue must be at least 1")
    if path is not None and not isinstance(path, str):
        raise TypeError(f"path must be a str or None, not {type(path).__name__}")
    if path is not None and not path.startswith("/"):
        raise ValueError("path must start with a slash")


def _seconds(body_timeout: float | timedelta) -> float:
    seconds = body_timeout.total_seconds() if hasattr(body_timeout, "total_seconds") else body_timeout
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"body_timeout must be seconds or a timedelta, not {type(seconds).__name__}")
    if not 0 < seconds < float("inf"):
        raise ValueError("body_timeout must be a finite number of seconds above 0")
    return seconds


def _callable(callback: _Callback) -> _Callback:
    if not callable(callback):
        raise TypeError(f"a callback must be callable, not {type(callback).__name__}")
    return callback
