"""Copies taken under fire: backups that are restored afterwards, and the log as it is published meanwhile."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from adapters.bootstrap import Installation, installation
from adapters.disk.target import Target
from adapters.evidence import checking, log_key, publishing
from adapters.evidence.folder import TileFolder
from adapters.evidence.signer import make_key, signer
from adapters.settings import Settings
from adapters.store import audit, backup
from adapters.store.driver.database import connect
from adapters.store.schema import events
from projections.views.all_views import VIEWS
from tests.faults.checks import meant

NAME = "soak.example/onewindow"


class Copies:
    """Backups and publications of one office, each while everybody works."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._published = TileFolder(folder / "published")
        self._key = folder / "log.key"
        self.backups: list[tuple[Path, Path, int]] = []

    def take(self, url: str) -> None:
        """Back everything up, and publish the log."""
        number = len(self.backups)
        records, keys = self._folder / f"records-{number}.db", self._folder / f"keys-{number}.db"
        engine = connect(url)
        done = backup.backup(engine, Target(records, force=None), Target(keys, force=None), lambda done, total: None)
        engine.dispose()
        self.backups.append((records, keys, done.events))
        self._publish(url)

    def _publish(self, url: str) -> None:
        if not self._key.exists():
            make_key(self._key, NAME)
        with (
            installation(Settings(database_url=url, master_key_file=self._folder / "key")) as found,
            signer(self._key) as by,
        ):
            publishing.publish(found, self._published, by, lambda done, total: None)

    def violations(self, url: str) -> Iterator[str]:
        """Whatever of the copies is not as it should be, against the office as it stands in the end."""
        self._publish(url)
        with installation(Settings(database_url=url, master_key_file=self._folder / "key")) as found:
            head = found.log.head()
            for number, each in enumerate(self.backups):
                yield from (f"backup {number}: {wrong}" for wrong in self._restored(found, *each))
            yield from self._evidence(found, head)

    def _evidence(self, found: Installation, head: int) -> Iterator[str]:
        by = log_key.read(self._key).verifier
        checkpoint, _ = checking.checkpoint_of(self._published, by)
        if checkpoint.size != head:
            yield f"{checkpoint.size} events are signed of {head}"
        with found.reading() as connection:
            findings = [
                *checking.check_folder(self._published, checkpoint, by, lambda done, total: None),
                *checking.compare(connection, self._published, checkpoint.size, lambda done, total: None),
            ]
        yield from (f"published: {each.place}: {each.what}" for each in findings)

    def _restored(self, office: Installation, records: Path, keys: Path, told: int) -> Iterator[str]:
        """It restores, verifies, is the beginning of the log, and says how much it has."""
        url = f"sqlite:///{records.with_suffix('.restored')}"
        done = backup.restore(url, records, keys, lambda done, total: None)
        if done.events != told:
            yield f"{done.events} events were restored, and {told} were backed up"
        wrong = audit.verify(url, VIEWS, lambda done, total: None, master=office.master).findings
        yield from (f"{each.place}: {each.what}" for each in wrong if not meant(each))
        engine = connect(url)
        with engine.connect() as connection, office.reading() as now:
            last = select(events.c.position, events.c.link).order_by(events.c.position.desc()).limit(1)
            position, link = connection.execute(last).one()
            same = now.execute(select(events.c.link).where(events.c.position == position)).scalar_one()
        engine.dispose()
        if (position, bytes(link)) != (told, bytes(same)):
            yield f"it ends at position {position}, which is not the beginning of the log"
