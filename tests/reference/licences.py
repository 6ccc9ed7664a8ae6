"""``docs/reference/licences.md``: what onewindow is installed with, and under which licence each comes."""

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

PINS = Path(__file__).parents[2] / "requirements" / "runtime.txt"
PIN = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==")
CLASSIFIER = "License :: OSI Approved :: "
HEAD = """# Licences

What `requirements/runtime.txt` installs, made by `make reference` from what each package says of itself; all of it is used as it is
published. onewindow is under Apache-2.0. The versions and hashes are those of `requirements/runtime.txt`; `make sbom` writes all of it as
CycloneDX, and `make audit` asks which versions have known weaknesses.

| package | licence |
| --- | --- |
"""


def licences() -> dict[str, str]:
    """By name the licence of each package that is installed here; what another system needs is left out."""
    found: dict[str, str] = {}
    for name in sorted({pin[1] for line in PINS.read_text(encoding="utf-8").splitlines() if (pin := PIN.match(line))}):
        try:
            found[name] = _licence(metadata(name))
        except PackageNotFoundError:
            continue
    return found


def _licence(said: PackageMetadata) -> str:
    """As an expression, else as a word, else by its classifiers."""
    for field in ("License-Expression", "License"):
        if field in said and (words := said[field].splitlines()):
            return words[0]
    classifiers = said.get_all("Classifier") or []
    return ", ".join(each.removeprefix(CLASSIFIER) for each in classifiers if each.startswith(CLASSIFIER))


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"| {name} | {licence} |\n" for name, licence in licences().items())
