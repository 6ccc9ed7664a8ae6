"""Folding the pieces of a rebuild by several processes, each with connections of its own."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from multiprocessing import get_context, parent_process
from threading import Thread

from adapters import logs
from adapters.bootstrap import installation
from adapters.settings import Settings
from domain.errors import OfficeError
from domain.exit_code import ExitCode
from projections.engine.rebuild import Piece, Rebuild, Spread
from projections.engine.runner import Runner

STEP_BACK = 10
"""How much nicer than others a process is that folds in the background (``nice``)."""

_open = ExitStack()
_settings: Settings | None = None


class WorkerDied(OfficeError):
    """A process of a rebuild was killed. What it had not finished is done again."""

    exit_code = ExitCode.OVERTAKEN


def step_back() -> None:
    """Let everybody else on this machine go first, until this process ends."""
    os.nice(max(0, STEP_BACK - os.nice(0)))


@contextmanager
def spread_over(settings: Settings, workers: int, runner: Runner, *, apart: bool = False) -> Iterator[Spread]:
    """Folds pieces by so many processes, which live as long as this does; by this one when it is one, and not ``apart``."""
    if workers == 1 and not apart:
        yield partial(map, Rebuild(runner).fold_piece)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(settings,)) as pool:
        yield partial(_by_processes, pool)


def _by_processes(pool: ProcessPoolExecutor, pieces: Sequence[Piece]) -> Iterator[int]:
    try:
        with _interrupts_held():
            done = pool.map(_fold, pieces)
        yield from done
    except BrokenProcessPool as error:
        raise WorkerDied("a process of the rebuild died; the views are unchanged, run it again to resume") from error


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes that are begun meanwhile never see an interrupt: it is for who began them, and they end with him."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(settings: Settings) -> None:
    logs.configure()
    step_back()
    Thread(target=_end_with_the_parent, daemon=True).start()
    global _settings  # noqa: PLW0603 - a process of the pool has one, for all its pieces
    _settings = settings


def _end_with_the_parent() -> None:
    """A pool does not notice that the process it works for was killed."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@cache
def _rebuild() -> Rebuild:
    """For all pieces of this process. Made with the first one, so that what goes wrong is answered, not printed."""
    assert _settings is not None
    return Rebuild(_open.enter_context(installation(_settings)).runner())


def _fold(piece: Piece) -> int:
    return _rebuild().fold_piece(piece)
