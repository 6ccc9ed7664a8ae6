"""What the models of files have in common."""

from pydantic import BaseModel, ConfigDict

from domain.label import Label
from domain.record import Text


class FileModel(BaseModel):
    """A part of a file; what it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class FileLabel(FileModel):
    """A name in both languages."""

    zh: Text
    en: Text

    @property
    def label(self) -> Label:
        """The name."""
        return Label(zh=self.zh, en=self.en)
