"""Where database and master key lie when nobody names a place: one folder, whatever the current folder is."""

import os
from pathlib import Path

import pytest

from adapters.cli.options import settings_for
from adapters.settings import FormerPlace, Settings
from tests.loaded import loaded
from tests.terminal import Answer


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ONEWINDOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def test_the_place_is_that_of_the_platform_and_what_is_named_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def place() -> tuple[str, str]:
        settings = Settings()
        return settings.database_url, str(settings.master_key_file)

    def both_in(folder: str) -> tuple[str, str]:
        return f"sqlite:///{folder}/onewindow.db", f"{folder}/master.key"

    assert place() == both_in(f"{tmp_path}/home/.local/share/onewindow")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert place() == both_in(f"{tmp_path}/home/.local/share/onewindow")
    monkeypatch.setenv("XDG_DATA_HOME", "/xdg")
    assert place() == both_in("/xdg/onewindow")
    monkeypatch.setenv("ONEWINDOW_HOME", "/srv/hall")
    assert place() == both_in("/srv/hall")
    monkeypatch.setenv("ONEWINDOW_MASTER_KEY_FILE", "/etc/key")
    assert place() == ("sqlite:////srv/hall/onewindow.db", "/etc/key")
    monkeypatch.setenv("ONEWINDOW_DATABASE_URL", "postgresql://o@h/n")
    assert place() == ("postgresql://o@h/n", "/etc/key")
    assert settings_for("sqlite:///this.db").database_url == "sqlite:///this.db"


def test_from_two_folders_it_is_one_database_and_its_folder_is_private(tmp_path: Path) -> None:
    home = tmp_path / "data" / "onewindow"

    def run(folder: str, *words: str) -> Answer:
        (tmp_path / folder).mkdir(exist_ok=True)
        return Answer(*loaded().run(words, tmp_path / folder, {"HOME": "/", "XDG_DATA_HOME": str(home.parent)}))

    assert run("a", "db", "upgrade").code == 0
    assert home.stat().st_mode & 0o777 == 0o700
    status = run("b", "db", "status", "--format", "json").json
    assert status["database"] == f"sqlite:///{home}/onewindow.db"
    assert status["master_key_file"] == f"{home}/master.key"
    assert status["schema"] == status["newest_schema"]
    assert not [*(tmp_path / "a").iterdir(), *(tmp_path / "b").iterdir()]


def test_what_lies_at_the_former_place_is_not_overlooked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    former = tmp_path / "here" / "var"
    former.mkdir()
    (former / "onewindow.db").touch()
    (former / "master.key").touch()
    monkeypatch.setenv("ONEWINDOW_HOME", str(tmp_path / "new"))
    with pytest.raises(FormerPlace, match=rf"var/onewindow\.db and var/master\.key .*{tmp_path}/new; move both there"):
        settings_for(None)
    assert not (tmp_path / "new").exists()
    with pytest.raises(FormerPlace, match=r"^var/master\.key of an earlier version"):
        settings_for("postgresql://o@h/n")
    monkeypatch.setenv("ONEWINDOW_MASTER_KEY_FILE", "var/master.key")
    settings_for("postgresql://o@h/n")
    monkeypatch.delenv("ONEWINDOW_MASTER_KEY_FILE")
    former.rename(tmp_path / "new")
    assert settings_for(None).database_url == f"sqlite:///{tmp_path}/new/onewindow.db"


def test_a_home_that_depends_on_the_current_folder_is_refused(tmp_path: Path) -> None:
    environment = {"HOME": "/", "ONEWINDOW_HOME": "here"}
    answer = Answer(*loaded().run(["db", "status"], tmp_path, environment))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "onewindow: ONEWINDOW_HOME: is not an absolute path; write one that does not depend on the current folder\n"
    )
