"""A limit that the Administrative Licensing Law does not give, with what does. Values only."""

from dataclasses import dataclass

from domain.record import Text
from domain.time.working_time import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedLimit:
    """A limit, and the law, rule or order from which it is."""

    limit: Limit
    source: Text
