"""A real PgBouncer before a test's PostgreSQL, where the machine has one; nothing is left behind."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from tests.postgres import HOST, UNPRIVILEGED, free_port

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
needs_pgbouncer = pytest.mark.skipif(PROGRAM is None, reason="this machine has no PgBouncer; the package is pgbouncer")
SETTINGS = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = {here}
listen_port = {own_port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = 4
max_client_conn = 200
logfile = {folder}/log
pidfile = {folder}/pid
"""


@contextmanager
def pgbouncer(server: str, mode: str, users: Sequence[str] = ("postgres",)) -> Iterator[URL]:
    """Run it before the server of an address. Yields the address of the same database through it, which names no pooler."""
    assert PROGRAM is not None
    behind, own_port = make_url(server), free_port()
    folder = Path(tempfile.mkdtemp(prefix="onewindow-pgbouncer-"))
    (folder / "users").write_text("".join(f'"{name}" ""\n' for name in users))
    settings = SETTINGS.format(
        host=behind.host, port=behind.port, here=HOST, own_port=own_port, folder=folder, mode=mode
    )
    (folder / "pgbouncer.ini").write_text(settings)
    user = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
    if user is not None:  # it refuses to be run by root
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
    as_user = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    process = subprocess.Popen(
        [PROGRAM, str(folder / "pgbouncer.ini")],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **as_user,  # type: ignore[call-overload]
    )
    try:
        through = behind.set(port=own_port)
        _wait_until_ready(process, through, folder)
        yield through
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(process: "subprocess.Popen[bytes]", through: URL, folder: Path) -> None:
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(f"PgBouncer did not start: {(folder / 'log').read_text()[-2000:]}")
        try:
            with socket.create_connection((HOST, int(through.port or 0)), timeout=1):
                pass
            psycopg.connect(host=HOST, port=through.port, user="postgres", dbname=through.database).close()
        except (OSError, psycopg.OperationalError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PgBouncer did not answer within 20 seconds")
