"""Settings from the environment; every name begins with ``ONEWINDOW_``."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_FOLDER = Path("var")


class Settings(BaseSettings):
    """``database_url`` is the store; the master key comes as text or from a file that is made at the first sealing."""

    model_config = SettingsConfigDict(env_prefix="ONEWINDOW_", extra="ignore")

    database_url: str = f"sqlite:///{DEFAULT_FOLDER}/onewindow.db"
    master_key: SecretStr | None = None
    master_key_file: Path = DEFAULT_FOLDER / "master.key"
