"""Rebuilds as tests do them: here, by one process."""

from functools import partial

from adapters.bootstrap import Installation
from projections.engine.rebuild import Rebuild, Spread
from projections.engine.swapping import Swapping


def alone(found: Installation) -> Rebuild:
    return Rebuild(found.runner())


def swapping(found: Installation) -> Swapping:
    return Swapping(found.runner())


def here(found: Installation) -> Spread:
    return partial(map, alone(found).fold_piece)
