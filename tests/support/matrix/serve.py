"""Runs Synapse in the current folder, which is only for it. Standard input closes when the tests that started it are gone, however they
died; then it ends, and takes its folder along. Unless CLARION_DURABLE is set it does not wait for the disk: it outlives its own death, which is
tried, but not that of the machine, which is not."""

import os
import shutil
import sys
import threading

from synapse.app.homeserver import main
from synapse.storage.engines.sqlite import Sqlite3Engine

as_it_comes = Sqlite3Engine.on_new_connection


def without_waiting(self, connection) -> None:
    as_it_comes(self, connection)
    connection.execute("PRAGMA synchronous=OFF")


if os.environ.get("CLARION_DURABLE") != "1":
    Sqlite3Engine.on_new_connection = without_waiting


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    if os.path.basename(os.getcwd()).startswith("clarion-homeserver-"):
        shutil.rmtree(os.getcwd(), ignore_errors=True)
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main()
