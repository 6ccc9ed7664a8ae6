"""One of many at a department's queue: takes what the view shows, approves or refuses it, until nothing is left.

The person called ``head`` gives claimed tasks to others instead, until the file ``done`` is there. Each receipt is a
line of a file of its own; how many commands were refused is written into another at the end.
"""

from datetime import datetime
from pathlib import Path
from random import Random

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.application.beside.assignment import ReassignTask
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.terms import TaskStatus
from domain.command import Command
from domain.errors import OfficeError
from domain.record import Actor, Role
from projections.lists.list_page import Listed
from projections.lists.queue import Filter, queue
from projections.views.work import WaitsFor

STAFF = {"market": 8, "fire": 2}
NOON = datetime.fromisoformat("2025-03-03T12:00:00+08:00")
"""When everything happens: no limit passes meanwhile."""


class Reviewer:
    """Somebody of a department."""

    def __init__(self, found: Installation, folder: Path, department: str, person: str) -> None:
        self._found, self._department, self._person = found, department, person
        self._random = Random(f"{department}/{person}")
        self._file = (folder / f"{department}-{person}.acks").open("w")
        self._number = 0
        self.refused = 0

    def work(self) -> None:
        """Take tasks and settle them, not always at once, until the department has none left."""
        while tasks := self._look(Filter(waits_for=WaitsFor.APPROVE)):
            mine = [task for task in tasks if task.holder == self._person]
            free = [task for task in tasks if task.holder is None]
            if free and (not mine or self._random.random() < 0.5):
                self._do(ClaimTask, self._random.choice(free))
            elif mine:
                self._do(ApproveTask, self._random.choice(mine))

    def meddle(self, done: Path) -> None:
        """Give tasks that somebody holds to somebody else."""
        while not done.exists():
            held = [
                task
                for task in self._look(Filter(waits_for=WaitsFor.APPROVE))
                if task.task_status == TaskStatus.CLAIMED
            ]
            if held:
                colleague = f"R{self._random.randint(1, STAFF[self._department])}"
                self._do(ReassignTask, self._random.choice(held), to=colleague, reason="休假")

    def _look(self, wanted: Filter) -> list[Listed]:
        self._found.runner().catch_up()
        with self._found.reading() as connection:
            return queue(connection, self._department, NOON, 50, wanted).lines

    def _do(self, command: type[Command], task: Listed, **fields: object) -> bool:
        """Give a command; whether it was taken."""
        self._number += 1
        role = Role.HEAD if self._person == "head" else Role.REVIEWER
        given = command.model_validate(
            {
                "command_id": f"{self._department}/{self._person}/{self._number}",
                "actor": Actor(person=self._person, role=role, department=self._department),
                "occurred_at": NOON,
                "case_id": task.case_id,
                "task_id": task.work,
                **fields,
            }
        )
        try:
            receipt = self._found.office.execute(given)
        except OfficeError as refusal:
            if "rule 5" not in str(refusal):
                raise
            self.refused += 1
            return False
        self._file.write(f"{receipt.command_id} {receipt.position}\n")
        self._file.flush()
        return True


def main(url: str, folder: Path, department: str, person: str) -> None:
    """Work, and say at the end how often one was refused."""
    with installation(Settings(database_url=url, master_key_file=folder / "key"), lambda: NOON) as found:
        reviewer = Reviewer(found, folder, department, person)
        if person == "head":
            reviewer.meddle(folder / "done")
        else:
            reviewer.work()
    (folder / f"{department}-{person}.refused").write_text(str(reviewer.refused))
