"""Questions: a department asks another one for its opinion, or the front desk to see to something, and is answered.

The clock goes on meanwhile; who asks may settle the task without an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, held_task, known
from domain.application.components import Question
from domain.application.path.approvals import TaskCommand
from domain.application.state import Application
from domain.application.terms import TaskStatus
from domain.errors import RuleBroken, Taken, UnknownReference
from domain.record import Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.question_asked", "征求意见 question asked")
class QuestionAsked(Event):
    """Somebody who holds a task asks a department, or without one the front desk."""

    question_id: str
    task_id: str
    department: str | None
    question: str

    def evolve(self, state: Application, act: Act) -> Application:
        asked = Question(self.question_id, self.task_id, self.department, self.question, state.mark(act))
        return replace(state, questions={**state.questions, self.question_id: asked})


@event("application.question_answered", "意见反馈 question answered")
class QuestionAnswered(Event):
    """The answer."""

    question_id: str
    answer: str

    def evolve(self, state: Application, act: Act) -> Application:
        answered = replace(state.questions[self.question_id], answered=state.mark(act))
        return replace(state, questions={**state.questions, self.question_id: answered})


class AskQuestion(TaskCommand):
    """Ask another department for its opinion, or the front desk, about a task one holds."""

    question_id: Identifier
    department: Identifier | None = None
    question: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "asking a question")
        task = held_task(case, self.task_id, self, TaskStatus.CLAIMED)
        if self.question_id in case.questions:
            raise Taken("questions", f"question {self.question_id} of case {self.case_id} exists; use another id")
        if self.department is not None:
            city.department(self.department)
            if self.department == task.department:
                raise RuleBroken("questions", f"{self.department} cannot ask itself; name another department")
        return [
            QuestionAsked(
                question_id=self.question_id,
                task_id=self.task_id,
                department=self.department,
                question=self.question,
            )
        ]


class AnswerQuestion(CaseCommand):
    """Answer a question that was asked of one's own department, or of the front desk."""

    roles: ClassVar = frozenset({Role.REVIEWER, Role.HEAD, Role.FRONT_DESK})
    of_department: ClassVar = "the question"
    question_id: Identifier
    answer: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        found = known(case).questions.get(self.question_id)
        if found is None:
            there = ", ".join(sorted(case.questions)) or "none"
            raise UnknownReference(f"case {self.case_id} has no question {self.question_id}; it has {there}")
        if found.answered is not None:
            raise RuleBroken("questions", f"question {self.question_id} of case {self.case_id} was answered already")
        if case.ended is not None:
            raise RuleBroken("questions", f"case {self.case_id} is {case.status}; nobody waits for an answer")
        mine = found.department == self.actor.department
        if found.department is None:
            mine = self.actor.role is Role.FRONT_DESK
        if not mine:
            asked = found.department or "the front desk"
            raise RuleBroken(
                "rule 5",
                f"question {self.question_id} of case {self.case_id} was asked of {asked}; only they can answer it",
            )
        return [QuestionAnswered(question_id=self.question_id, answer=self.answer)]
