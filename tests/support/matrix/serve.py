"""Runs Synapse, and ends it when the tests that started it are gone: standard input closes with them, however they died."""

import os
import sys
import threading

from synapse.app.homeserver import main


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main()
