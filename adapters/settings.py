"""Settings from the environment; every name begins with ``ONEWINDOW_``. And the place of database and key where none is named."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import OfficeError
from domain.exit_code import ExitCode

DATABASE = "onewindow.db"
MASTER_KEY = "master.key"
LOG_KEY = "log.key"
FORMER_PLACE = Path("var")
"""Where both were until version 0.1: in the folder from which a command was run."""


class FormerPlace(OfficeError):
    """The database or the master key still lies where earlier versions put it, and none is at the place of today."""

    exit_code = ExitCode.UNAVAILABLE


class NoHome(OfficeError):
    """There is no folder of the user in which database and key could lie."""

    exit_code = ExitCode.UNAVAILABLE


def standard_place() -> Path:
    """The folder of database and key where the settings name none: by the XDG rule, whatever the current folder is.

    Raises ``NoHome``.
    """
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    if data.is_absolute():  # the rule: another one is to be ignored
        return data / "onewindow"
    try:
        return Path.home() / ".local" / "share" / "onewindow"
    except RuntimeError as error:
        raise NoHome("this user has no home folder; set ONEWINDOW_HOME to the folder of database and key") from error


def _place(known: dict[str, Any]) -> Path:
    return known["home"] or standard_place()


class Settings(BaseSettings):
    """``database_url`` is the store; the master key comes as text or from a file that is made at the first sealing.

    ``home`` is the folder of both where neither is named.
    """

    model_config = SettingsConfigDict(env_prefix="ONEWINDOW_", extra="ignore")

    home: Path | None = Field(None, description="The folder of database and master key where they are not named.")
    database_url: str = Field(
        default_factory=lambda known: f"sqlite:///{_place(known) / DATABASE}",
        description="The database: `sqlite:///path/to/file.db` or `postgresql://user@host/name`; "
        "behind PgBouncer in transaction mode `postgresql://user@host:6432/name?pooler=transaction`.",
    )
    master_key: SecretStr | None = Field(None, description="The master key itself: 32 bytes in base64url.")
    master_key_file: Path = Field(
        default_factory=lambda known: _place(known) / MASTER_KEY,
        description="The file of the master key, made at the first sealing with mode 0600.",
    )
    log_key_file: Path = Field(
        default_factory=lambda known: _place(known) / LOG_KEY,
        description="The file of the key that signs the log, made by `onewindow evidence key --name NAME`.",
    )

    @field_validator("home")
    @classmethod
    def _whole(cls, home: Path | None) -> Path | None:
        if home is not None and not home.expanduser().is_absolute():
            raise ValueError("is not an absolute path; write one that does not depend on the current folder")
        return home and home.expanduser()

    @property
    def database_file(self) -> Path | None:
        """The file of an embedded database, None for a server."""
        kind, _, file = self.database_url.partition(":///")
        return Path(file.partition("?")[0]) if kind.startswith("sqlite") and file else None

    @property
    def rejects(self) -> Path:
        """The folder for refused rows: beside the file of the database, else in the folder of the office. Raises ``NoHome``."""
        file = self.database_file
        return (_place({"home": self.home}) if file is None else file.parent) / "rejects"


def refuse_former_place(settings: Settings) -> None:
    """Raise ``FormerPlace`` where what lies at the former place would be overlooked, and an empty database begun instead."""
    named = settings.model_fields_set
    by_default = {DATABASE: "database_url" not in named, MASTER_KEY: not named & {"master_key", "master_key_file"}}
    former = [FORMER_PLACE / name for name, default in by_default.items() if default and (FORMER_PLACE / name).exists()]
    place = settings.home or standard_place() if former else FORMER_PLACE
    left = [str(file) for file in former if not (place / file.name).exists()]
    if left:
        raise FormerPlace(
            f"{' and '.join(left)} of an earlier version would be ignored, because the default place is now {place}; move {'both' if len(left) > 1 else 'it'} there, or name the place in ONEWINDOW_DATABASE_URL and ONEWINDOW_MASTER_KEY_FILE"
        )
