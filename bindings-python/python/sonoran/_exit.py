"""What was taken is done before the process ends, also where no server says that it ends."""

from __future__ import annotations

import atexit
import threading
import time
from weakref import WeakSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._worker import LoopWorker, ThreadWorker

SECONDS = 10.0
"""How long the end of a process, or of an event loop, waits."""

_workers: WeakSet[ThreadWorker | LoopWorker] = WeakSet()
_registered = False


def finish_at_exit(worker: ThreadWorker | LoopWorker) -> None:
    """Has the interpreter wait for the worker when it ends."""
    global _registered
    _workers.add(worker)
    if _registered:
        return
    _registered = True
    # Its pools end with the interpreter, what was registered last first: callbacks may need them until then.
    import concurrent.futures.thread  # noqa: F401

    # While new threads can still be started. What is at exit otherwise comes later, and never in the children
    # of multiprocessing.
    register = getattr(threading, "_register_atexit", atexit.register)
    try:
        register(_finish)
    except RuntimeError:  # It ends already.
        atexit.register(_finish)


def _finish() -> None:
    end = time.monotonic() + SECONDS
    for worker in list(_workers):
        tell(worker.finish(max(0.0, end - time.monotonic())))


def tell(left: int) -> None:
    """Says in the log how many events nobody waits for any longer."""
    if left:
        import logging

        words = (
            "%d push events that were taken are not worked off: the end waits %.0f seconds for them at most"
        )
        logging.getLogger("sonoran").error(words, left, SECONDS)
