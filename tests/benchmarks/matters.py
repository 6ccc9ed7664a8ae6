"""The peers' application on a database of the benchmark."""

from uuid import UUID

from tests.benchmarks.peer_case import Matter, Matters, matter
from tests.benchmarks.place import Place

__all__ = ["Matter", "Matters", "matters"]


def matters(place: Place, amount: int, environment: dict[str, str] | None = None) -> tuple[Matters, list[UUID]]:
    """The application with so many matters, on a fresh database unless one is named, and their ids."""
    app = Matters(environment or place.peer_environment())
    made = [matter(number) for number in range(amount)]
    for each in made:
        app.save(each)
    return app, [each.id for each in made]
