"""What somebody asked for, one call after the other, and how long each took."""

from collections.abc import Callable
from operator import attrgetter
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

LONGEST = 8
"""So many of the longest are told one by one."""


class Call(NamedTuple):
    """One command, or one answer: of what, when it ended (seconds of the machine), how long it took, and what went wrong.

    ``own_ms`` is what its process computed meanwhile: so much of it was no waiting for the database.
    """

    of: str
    ended: float
    ms: float
    own_ms: float
    wrong: str | None


class Calls(list[Call]):
    """All that somebody asked for."""

    def timed(self, of: str, call: Callable[[], object]) -> None:
        """Make a call."""
        begun, computed, wrong = perf_counter(), process_time(), None
        try:
            call()
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        ended = perf_counter()
        self.append(Call(of, ended, (ended - begun) * 1000, (process_time() - computed) * 1000, wrong))

    def told(self, begun: float, ended: float, machine: "Calls") -> dict[str, Any]:
        """Number and quantiles of those that ended in a span; the longest, and how slow the machine itself was meanwhile."""
        calls = [call for call in self if begun <= call.ended < ended]
        p50, p99 = np.quantile(np.array([call.ms for call in calls]), [0.5, 0.99])
        longest = sorted(calls, key=attrgetter("ms"), reverse=True)[:LONGEST]
        return {
            "calls": len(calls),
            "p50_ms": float(p50),
            "p99_ms": float(p99),
            "longest_ms": longest[0].ms,
            "longest": [
                {
                    "of": c.of,
                    "after_s": c.ended - begun,
                    "ms": c.ms,
                    "own_ms": c.own_ms,
                    "machine_ms": machine.during(c),
                }
                for c in longest
            ],
            "wrong": [call.wrong for call in calls if call.wrong][:5],
        }

    def during(self, other: Call) -> dict[str, float]:
        """The longest of each kind that were under way while another was, in milliseconds."""
        found: dict[str, float] = {}
        for call in self:
            if call.ended >= other.ended - other.ms / 1000 and call.ended - call.ms / 1000 <= other.ended:
                found[call.of] = max(call.ms, found.get(call.of, 0.0))
        return found
