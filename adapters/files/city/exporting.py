"""Writing a city as a folder: loaded into an empty database it gives the same city."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adapters.bootstrap import Installation
from adapters.disk.whole_file import make_folder, write_new
from adapters.disk.whole_folder import whole_folder
from adapters.files.city import catalogue_part, department_part, hall_part, staff_part
from adapters.files.yaml_file import written

PLAIN = {ord(letter): "_" for letter in '/\\:*?"<>|. '}
"""What does not stand in the name of a file."""


def export(installation: Installation, path: Path) -> list[Path]:
    """Write the city as a new folder, all of it or nothing; the files written. Raises ``FolderInUse``, ``OSError``."""
    files = contents(installation)
    with whole_folder(path) as new:
        for name, content in files.items():
            make_folder((new / name).parent)
            write_new(new / name, written(content))
    return [path / name for name in files]


def contents(installation: Installation) -> dict[str, dict[str, Any]]:
    """What each file of the folder says."""
    files: dict[str, dict[str, Any]] = {}
    for name, content in _contents(installation):
        taken = sum(known.casefold().startswith(name.casefold()) for known in files)
        if any(content.values()):
            files[f"{name}-{taken + 1}.yaml" if taken else f"{name}.yaml"] = content
    return files


def _contents(installation: Installation) -> Iterator[tuple[str, dict[str, Any]]]:
    city, records = installation.office.city(), installation.office.records
    yield "departments", {"departments": department_part.told(city)}
    for name, hall in sorted(city.halls.items()):
        if hall.name is not None:
            yield _file("halls", name), {"halls": [hall_part.told(hall, installation.now())]}
    yield "staff", {"staff": list(staff_part.told(city, installation.vault, installation.now()))}
    for name, item in sorted(city.items.items()):
        yield _file("items", name), {"items": list(catalogue_part.items_told(item, records(f"item/{name}")))}
    packages = [
        each
        for name, package in sorted(city.packages.items())
        for each in catalogue_part.packages_told(package, records(f"package/{name}"))
    ]
    yield "packages", {"packages": packages}


def _file(folder: str, name: str) -> str:
    return f"{folder}/{name.translate(PLAIN)}"
