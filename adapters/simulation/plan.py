"""What is to be simulated."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.simulation.catalogue import Size
from domain.hall.hall import Layout

STARTS = {Layout.BEFORE: date(2025, 3, 3), Layout.AFTER: date(2025, 9, 1)}


class Plan(BaseModel):
    """How many halls, on how many days applicants arrive, from which day on; the same plan gives the same events.

    With ``finish`` the city works on until every case has ended, else it stops with the last day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    halls: Annotated[int, Field(ge=1, le=64)]
    days: Annotated[int, Field(ge=1, le=366)]
    seed: Annotated[int, Field(ge=0, le=10**9)]
    size: Size = Size.SMALL
    layout: Layout = Layout.AFTER
    start: date | None = None
    finish: bool = True
    arrivals_a_day: Annotated[int, Field(ge=1, le=2000)] = 30
    """Applicants a hall on a working day, before and after the reform alike."""

    @property
    def first_day(self) -> date:
        """The day the simulation begins with."""
        return self.start or STARTS[self.layout]
