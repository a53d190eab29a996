"""Receives push events and looks the account up before acting on them.

    python events.py 8080

SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. Events come over plain HTTP and are not
signed: listen on a private address, and have TLS in front.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from sonoran import AccountBannedEvent, AccountKickedEvent, AccountUpdatedEvent, EventReceiver, Instance

KEY = os.environ["SONORAN_API_KEY"]

instance = Instance(apiKey=KEY, communityId=os.environ["SONORAN_COMMUNITY_ID"])
receiver = EventReceiver(KEY)


@receiver.on("ACCOUNT_UPDATED")
@receiver.on("ACCOUNT_KICKED")
@receiver.on("ACCOUNT_BANNED")
def tell(event: AccountUpdatedEvent | AccountKickedEvent | AccountBannedEvent) -> None:
    print(f"{event.type} {event.accountId} {looked_up(event.accountId)}", flush=True)


def looked_up(account: str | None) -> str:
    """What the service itself says of the account now."""
    if account is None:
        return "is of no account"
    response = instance.cms.getAccountV2(account)
    return f"is {response.data['accName']}" if response.data else f"cannot be looked up: {response.reason}"


class Handler(WSGIRequestHandler):
    # Seconds of silence after which a connection is given up.
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: what arrived is printed above."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main() -> None:
    # An exception out of a handler, as a Ctrl-C is one, would get lost where a request is being answered.
    signals: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: signals.append(number))
    with Server(("127.0.0.1", int(sys.argv[1])), Handler) as server:
        server.set_app(receiver.wsgi)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        print(f"ready http://127.0.0.1:{server.server_port}/sonorancms/events", flush=True)
        while not signals:
            time.sleep(0.1)
        server.shutdown()
        serving.join()
    receiver.close()


if __name__ == "__main__":
    main()
