"""A name as the office shows it: Chinese for the screens, English for everybody else."""

from dataclasses import dataclass

from domain.record import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """``zh`` is the name in use, ``en`` its English label."""

    zh: Text
    en: Text

    def __str__(self) -> str:
        return f"{self.zh} {self.en}" if self.en != self.zh else self.zh
