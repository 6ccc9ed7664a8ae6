"""The readers that are fuzzed: what is done with an input, and what must hold of every refusal."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import cycle, islice
from pathlib import Path

from adapters.commands.message import command_of, message
from adapters.exchange.known_rows import attributes_of, identity
from adapters.exchange.log_row import BadRow
from adapters.exchange.mapping import Mapping, load_mapping
from adapters.exchange.reading import rows_of
from adapters.files import calendar_file, hall_file
from adapters.files.catalogue import loading as catalogue
from adapters.files.city import loading as city
from adapters.language.legible import in_brief
from adapters.language.translation import chinese
from adapters.settings import Settings
from adapters.store.driver.address import read_address
from adapters.store.driver.database import connect, reading
from adapters.store.driver.failures import address_of
from domain.errors import OfficeError
from tests.adapters.exchange.conftest import LOGS

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LONGEST_LINE = 4_000
"""More characters than a line of any refusal has."""
NEAREST = "postgresql://nobody@127.0.0.1:1/none"
"""Where no server listens, so that an option of an address is tried without asking anybody."""
ELSEWHERE = frozenset({"host", "hostaddr", "port", "service", "servicefile", "passfile", "connect_timeout"})
"""Options by which an address would ask somebody else, or wait."""
Read = Callable[[bytes, Path], None]


class NoSentence(AssertionError):
    """A refusal that is none: it says nothing, or more than a person reads."""


def refusals_checked(read: Callable[[], object]) -> None:
    """Read; a refusal must have sentences, in English and in Chinese. Raises ``NoSentence``, and whatever is no refusal."""
    try:
        read()
    except OfficeError as refusal:
        check_sentence(str(refusal))


@lru_cache(maxsize=1000)  # of a million bad rows most say the same
def check_sentence(sentence: str) -> None:
    """Raise ``NoSentence`` unless a person can read it."""
    if not sentence.strip() or max(map(len, sentence.split("\n"))) > LONGEST_LINE:
        raise NoSentence(f"{len(sentence)} characters: {sentence[:200]!r}")
    in_brief(chinese(sentence)).encode()
    in_brief(sentence).encode()


def _mappings() -> list[Mapping]:
    """The mapping of the tests, and how else a log may be written."""
    usual = load_mapping(LOGS / "hall.toml")
    others: list[dict[str, object]] = [
        {},
        {"encoding": "gb18030"},
        {"encoding": "utf-16"},
        {"time_format": "dd/mm/yyyy HH:MM"},
        {"time_format": "epoch seconds", "time_zone": None},
        {"csv": usual.csv.model_copy(update={"delimiter": ";"})},
    ]
    return [usual.model_copy(update=each) for each in others]


MAPPINGS = _mappings()


def _read_log(content: bytes, file: Path) -> None:
    """All rows, under one of the mappings, mostly the usual one."""
    file.write_bytes(content)
    chance = blake2b(content[:64], digest_size=1).digest()[0]
    mapping = MAPPINGS[chance % len(MAPPINGS)] if chance < 96 else MAPPINGS[0]

    def rows() -> None:
        for row in rows_of(file, mapping):
            if isinstance(row, BadRow):
                check_sentence(row.reason)
            else:
                identity(row, mapping).digest()
                attributes_of(row, mapping)

    refusals_checked(rows)


def read_xes(content: bytes, folder: Path) -> None:
    """An XES log."""
    _read_log(content, folder / "log.xes")


def read_csv(content: bytes, folder: Path) -> None:
    """A CSV log."""
    _read_log(content, folder / "log.csv")


def read_toml(content: bytes, folder: Path) -> None:
    """The mapping of a log, and a calendar."""
    file = folder / "own.toml"
    file.write_bytes(content)
    refusals_checked(lambda: load_mapping(file))
    refusals_checked(lambda: calendar_file.load(file))


def read_yaml(content: bytes, folder: Path) -> None:
    """A file of a city's folder, of halls, of the catalogue."""
    file = folder / "city" / "own.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    refusals_checked(lambda: city.check(file.parent, NOW))
    refusals_checked(lambda: hall_file.laid_out(file, "H1"))
    refusals_checked(lambda: catalogue.parsed(file))


def read_database_address(content: bytes, folder: Path) -> None:
    """The address of a database. One that can be is opened in the folder, or where no server listens."""
    url = content.decode("utf-8", "replace")

    def opened() -> None:
        settings = Settings(database_url=url, home=folder)
        assert settings.database_file or settings.rejects
        address = read_address(url)
        if address.get_backend_name() == "sqlite":
            named = "file:" if (address.database or "").startswith("file:") else ""
            address = address.set(database=f"{named}{folder / 'a.db'}" if address.database else None)
        else:
            known = {name: value for name, value in address.query.items() if name not in ELSEWHERE}
            address = read_address(NEAREST).set(query=known, username=address.username, password=address.password)
        engine = connect(address.render_as_string(hide_password=False))
        try:
            assert address_of(engine)
            with reading(engine):
                pass
        finally:
            engine.dispose()

    refusals_checked(opened)


def read_message(content: bytes, folder: Path) -> None:
    """A command as a program sends it."""
    refusals_checked(lambda: command_of(message(content), "1"))


TARGETS: dict[str, Read] = {
    "xes": read_xes,
    "csv": read_csv,
    "yaml": read_yaml,
    "toml": read_toml,
    "address": read_database_address,
    "message": read_message,
}
SEEDS = Path(__file__).parent / "seeds"


def seeds(target: str) -> list[bytes]:
    """The inputs from which a target's others are made: one that is right, and those that once were too much."""
    return [file.read_bytes() for file in sorted((SEEDS / target).iterdir())]


def repeated(piece: bytes, size: int) -> bytes:
    """A piece again and again, so many bytes of it."""
    return bytes(islice(cycle(piece), size))
