"""eventsourcing_sqlalchemy at work, in an environment of its own: it needs an older SQLAlchemy than ours.

Run by ``sqlalchemy_rounds``. A line of JSON on stdin says what to make ready (answered by ``ready``), an empty line
starts it (answered by the number of units that were done). Imports nothing of ours but the peers' case.
"""

import json
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from peer_case import EVENTS, Matter, Matters, matter

PAGE = 500


def appending(app: Matters, size: int, amount: int, lengths: list[int]) -> Callable[[], int]:
    """Append events of these lengths, ``size`` a transaction."""
    topic = f"{Matter.__module__}:{Matter.__name__}.StepTaken"
    given = []
    for _ in range(amount // EVENTS):
        case = uuid4()
        rows = [StoredEvent(case, number + 1, topic, b"x" * lengths[number]) for number in range(EVENTS)]
        given += [rows[start : start + size] for start in range(0, EVENTS, size)]

    def run() -> int:
        for rows in given:
            app.recorder.insert_events(rows)
        return amount

    return run


def loading(app: Matters, amount: int) -> Callable[[], int]:
    """Load cases of ten events."""
    made = [matter(number) for number in range(amount)]
    for each in made:
        app.save(each)

    def run() -> int:
        for each in made:
            app.repository.get(each.id)
        return amount

    return run


def reading(app: Matters, amount: int) -> Callable[[], int]:
    """Read and decode the log."""
    loading(app, max(0, amount - (app.recorder.max_notification_id() or 0)) // EVENTS)

    def run() -> int:
        start, read = 1, 0
        while page := app.recorder.select_notifications(start, PAGE):
            for notification in page:
                app.mapper.to_domain_event(notification)
            start, read = page[-1].id + 1, read + len(page)
        return read

    return run


def main() -> None:
    """Answer until stdin ends."""
    app = Matters({"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": sys.argv[1]})
    works: dict[str, Callable[..., Any]] = {"append": appending, "load": loading, "read": reading}
    for line in sys.stdin:
        asked = json.loads(line)
        run = works[asked.pop("work")](app, **asked)
        print("ready", flush=True)
        sys.stdin.readline()
        print(run(), flush=True)


if __name__ == "__main__":
    main()
