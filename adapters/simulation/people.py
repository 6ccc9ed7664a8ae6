"""Who works in a simulated hall, as which they act: at the windows, in the back room, at the head."""

from collections.abc import Iterable, Iterator

from adapters.simulation.halls import reviewer
from domain.hall.hall import Window
from domain.record import Actor, Role


def in_the_back_room(hall: str, reviewers: dict[str, int]) -> Iterator[Actor]:
    """The reviewers of each department, its head who decides, and the two at the head of the hall."""
    for department, people in reviewers.items():
        for number in range(1, people + 1):
            person = reviewer(hall, department, number)
            yield Actor(person=person, role=Role.REVIEWER, department=department, hall=hall)
        yield head_of(hall, department)
    yield from heads(hall)


def head_of(hall: str, department: str) -> Actor:
    """Who decides for a department what others reviewed."""
    return Actor(person=f"{hall}-{department}-head", role=Role.HEAD, department=department, hall=hall)


def heads(hall: str) -> tuple[Actor, Actor]:
    """The head of a hall and the deputy."""
    return (
        Actor(person=f"{hall}-head", role=Role.HEAD, hall=hall),
        Actor(person=f"{hall}-deputy", role=Role.HEAD, hall=hall),
    )


def at_the_windows(hall: str, windows: Iterable[Window]) -> Iterator[Actor]:
    """A clerk at each window, an issuer where results are handed out, and the two who work off what comes and goes by post."""
    for window in windows:
        yield at_window(hall, window.window_id, Role.FRONT_DESK)
        if window.issues:
            yield at_window(hall, window.window_id, Role.ISSUER)
    yield back_office(hall)
    yield sender(hall)


def at_window(hall: str, window: str, role: Role) -> Actor:
    """Who sits at a window in a role."""
    kind = "issuer" if role is Role.ISSUER else "clerk"
    return Actor(person=f"{hall}-{window}-{kind}", role=role, hall=hall, window=window)


def back_office(hall: str, window: str | None = None) -> Actor:
    """Who takes up papers that come without a visitor, at a window."""
    return Actor(person=f"{hall}-back-office", role=Role.FRONT_DESK, hall=hall, window=window)


def sender(hall: str, window: str | None = None) -> Actor:
    """Who sends results off, at a window."""
    return Actor(person=f"{hall}-issuer", role=Role.ISSUER, hall=hall, window=window)
