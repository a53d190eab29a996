"""The gateway, started by the words given: says where it is, answers, is found by its check of health."""

import json
import subprocess
import sys
import urllib.request


def main() -> None:
    command = [*sys.argv[1:], "--pass-through", "--port"]
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE) as gateway:
        try:
            assert gateway.stdout is not None
            url = json.loads(gateway.stdout.readline())["url"]
            with urllib.request.urlopen(url + "/_gateway/health", timeout=20) as answer:
                health = json.load(answer)
            print(health)
            assert health["healthy"], health
            subprocess.run([*command, url.rpartition(":")[2], "--check-health"], check=True, timeout=20)
        finally:
            gateway.terminate()


main()
