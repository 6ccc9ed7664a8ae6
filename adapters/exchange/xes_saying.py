"""What an open trace or event of an XES log has said so far, as far as its limits go."""

from collections import Counter
from zoneinfo import ZoneInfo

from adapters.exchange.log_row import TEXT_KEPT
from adapters.exchange.log_time import canonical
from adapters.reading.limits import COLUMNS, ROW_CHARACTERS


class Saying:
    """Where a trace or event began, how deep it stands, and its attributes so far.

    ``beyond`` is the sentence of the limit that it has passed. From there on nothing more is kept of it.
    """

    def __init__(self, line: int, depth: int) -> None:
        self.line = line
        self.depth = depth
        self.attributes: dict[str, str] = {}
        self.beyond: str | None = None
        self._said = self._characters = 0
        self._times_said: Counter[str] = Counter()
        self._numbered: dict[str, int] = {}
        """The highest number that was given to an attribute of a name: those below are taken."""
        self._kept: dict[str, str] | None = None

    def say(self, path: str, kind: str, value: str) -> None:
        """Take an attribute; one whose name is taken is numbered from the second on."""
        if self.beyond is not None:
            return
        self._said += 1
        self._characters += len(path) + len(value)
        if self._said > COLUMNS:
            self.refuse(f"it has more than {COLUMNS} attributes; leave some out")
        elif self._characters > ROW_CHARACTERS:
            self.refuse(f"it is longer than {ROW_CHARACTERS} characters; shorten it")
        else:
            self._times_said[path] += 1
            if not _absent(kind, value):
                self.attributes[self._free(path)] = value

    def refuse(self, beyond: str) -> None:
        """Note the first limit that was passed."""
        self.beyond = self.beyond or beyond

    def kept(self, zone: ZoneInfo | None) -> dict[str, str]:
        """The attributes as a row keeps them, made once for all events of a trace: after the first there are no more."""
        if self._kept is None:
            self._kept = {name: canonical(value, zone) for name, value in self.attributes.items()}
        return self._kept

    def _free(self, path: str) -> str:
        times = max(self._times_said[path], self._numbered.get(path, 0) + 1)
        free = path if times == 1 else f"{path}.{times}"
        while free in self.attributes:  # another attribute is really called so
            times += 1
            free = f"{path}.{times}"
        self._numbered[path] = times
        return free

    def __str__(self) -> str:
        """The beginning, as much as is shown of a row that is refused."""
        said: list[str] = []
        length = 0
        for name, value in self.attributes.items():
            said.append(f"{name}={value[:TEXT_KEPT]}")
            length += len(said[-1])
            if length > TEXT_KEPT:
                break
        return ", ".join(said)


def _absent(kind: str, value: str) -> bool:
    """Whether a tool wrote a gap of its table as a value: "", "NaT" or a float NaN."""
    return value in ("", "NaT") or (kind == "float" and value.lower() == "nan")
