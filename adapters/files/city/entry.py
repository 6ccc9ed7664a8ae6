"""One entry of a file of the folder, with the place where it stands."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.files.city.problems import Problem
from adapters.files.file_model import FileModel
from adapters.files.yaml_file import Marked, Where

Content = TypeVar("Content", bound=FileModel)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Content]):
    """One department, hall, person, item or package as a file has it, with its place."""

    marked: Marked
    where: Where
    content: Content

    def line(self, *more: str | int) -> int:
        """The line of the entry, or of something in it."""
        return self.marked.line((*self.where, *more))

    def problem(self, rule: str, sentence: str, *more: str | int) -> Problem:
        """A problem at the entry, or at something in it."""
        return Problem(self.marked.file, self.line(*more), rule, sentence)
