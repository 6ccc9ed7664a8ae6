"""Rebuilds as tests do them: here, by one process."""

from functools import partial

from adapters.bootstrap import House
from projections.engine.rebuild import Rebuild, Spread
from projections.engine.swapping import Swapping


def alone(found: House) -> Rebuild:
    return Rebuild(found.runner())


def swapping(found: House) -> Swapping:
    return Swapping(found.runner())


def here(found: House) -> Spread:
    return partial(map, alone(found).fold_piece)
