"""One of several departments that act at once: claims and approves its own task of each case, live, as fast as it can.

It begins when it is told to by a line on its standard input, and prints how each command was answered.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.errors import OfficeError
from domain.record import Actor, Role


def work(opened: Installation, department: str, cases: int) -> list[str]:
    """Claim one's task of each case, then approve it; ``done`` or the refusal for each command."""
    answers: list[str] = []
    actor = Actor(person=f"R-{department}", role=Role.REVIEWER, department=department)
    for kind in (ClaimTask, ApproveTask):
        for number in range(cases):
            fields = {"case_id": f"C{number}", "task_id": f"permit:{department}"}
            given = {"command_id": f"{department}/{kind.__name__}/{number}", "actor": actor, **fields}
            try:
                opened.office.execute(kind.model_validate(given))
                answers.append("done")
            except OfficeError as refusal:
                answers.append(str(refusal))
    return answers


def main(url: str, folder: str, department: str, cases: str, ahead: str) -> None:
    """Work on a clock that is ``ahead`` seconds before the true one."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead))

    with installation(Settings(database_url=url, master_key_file=Path(folder) / "key"), now) as opened:
        opened.office.city()
        print("ready", flush=True)
        sys.stdin.readline()
        print("\n".join(work(opened, department, int(cases))))


if __name__ == "__main__":
    main(*sys.argv[1:])
