"""A copy of the project for mutants: they are written there, never into the working tree."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def copied(root: Path) -> Iterator[Path]:
    """What git knows of a project and what is new in it, in a folder that is gone afterwards."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    with TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder).resolve()
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (root / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, copy / name)
        yield copy


class Copy:
    """A copy in which tests are run."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._log = folder / "mutants.log"
        own = {"PYTHONPATH": str(folder), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutants.trial"],
            cwd=folder,
            env={**os.environ, **environment, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, do: str, seconds: float, **more: Any) -> dict[str, Any]:
        """What the process in the copy answers. Raises ``RuntimeError`` when it has gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(
            json.dumps({"do": do, "seconds": seconds, "log": str(self._log), **more}),
            file=self._process.stdin,
            flush=True,
        )
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process that runs the tests has ended")
        return dict(json.loads(answer))

    def said(self) -> str:
        """The end of what the tests printed last."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])

    @contextmanager
    def bent(self, file: str, source: bytes) -> Iterator[None]:
        """The copy with another source in one file. What Python compiled of the former one is not kept."""
        path = self.folder / file
        before = path.read_bytes()
        try:
            for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
                compiled.unlink()
            path.write_bytes(source)
            yield
        finally:
            path.write_bytes(before)

    def close(self) -> None:
        """End the process, and what it started."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
