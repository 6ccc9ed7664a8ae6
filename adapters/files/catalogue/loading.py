"""A file of the catalogue, loaded: what differs is published or revised, all of it or nothing."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from adapters.bootstrap import Installation
from adapters.files.catalogue.limits import JOINT_HANDLING, THE_LAW
from adapters.files.catalogue.models import FileCatalogue, FileItem, FilePackage
from adapters.files.yaml_file import BadFile, Marked, Where, read
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.catalogue.item import ItemVersion, ServiceItem
from domain.catalogue.package import Package, PackageVersion
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.city import City
from domain.command import Command
from domain.errors import OfficeError, RuleBroken
from domain.office.office import Receipt
from domain.record import Actor


def parsed(file: Path) -> tuple[Marked, FileCatalogue]:
    """A file with its lines. Raises ``BadFile``, ``OSError``."""
    marked = read(file)
    try:
        return marked, FileCatalogue.model_validate(marked.value)
    except ValidationError as error:
        raise marked.refused(error) from error


def load(installation: Installation, file: Path, by: Actor, envelope: Envelope = OF_ITS_OWN) -> list[Receipt]:
    """Publish and revise what a file says, all of it or nothing. What stands there already stays as it is.

    Raises ``BadFile`` with every problem and its line, ``OSError``.
    """
    marked, catalogue = parsed(file)
    city, now = installation.office.city(), envelope.moment(installation.now())
    commands: list[Command] = []
    problems: list[tuple[int, str]] = []
    seen: set[str] = set()
    every: list[tuple[Where, FileItem | FilePackage]] = [
        *((("items", number, "item"), item) for number, item in enumerate(catalogue.items)),
        *((("packages", number, "package"), package) for number, package in enumerate(catalogue.packages)),
    ]
    for where, each in every:
        line = marked.line(where)
        noun, name = ("item", each.item) if isinstance(each, FileItem) else ("package", each.package)
        try:
            if f"{noun}/{name}" in seen:
                raise RuleBroken("catalogue", f"{noun} {name} appears twice; keep one")
            seen.add(f"{noun}/{name}")
            made = _item(each, city, by, now) if isinstance(each, FileItem) else _package(each, city, by, now)
            if made is not None:
                command, state = made
                if envelope.command_id is not None:
                    command = command.model_copy(update={"command_id": envelope.id_of(f"{noun}/{name}")})
                command.decide(state, city)
                commands.append(command)
        except OfficeError as refusal:
            problems.append((line, str(refusal)))
    if problems:
        raise BadFile(file, problems)
    return installation.office.execute_together(commands)


def _item(each: FileItem, city: City, by: Actor, now: datetime) -> tuple[Command, ServiceItem] | None:
    """What makes the item as the file has it, and the item as it is; None when it is so already."""
    state = city.items.get(each.item) or ServiceItem(item_id=each.item)
    version = each.version(len(state.versions) + 1)
    if state.versions and same_version(version, read_with_the_law(state.versions[-1], each)):
        return None
    common = _common("item", each.item, version, by, now)
    if not state.versions:
        return PublishItem(**common, item_id=each.item, item=version), state
    if each.reason is None:
        raise RuleBroken("catalogue", f"service item {each.item} is there and differs; say why under `reason`")
    return ReviseItem(**common, item_id=each.item, item=version, reason=each.reason), state


def _package(each: FilePackage, city: City, by: Actor, now: datetime) -> tuple[Command, Package] | None:
    """The same for a package."""
    state = city.packages.get(each.package) or Package(package_id=each.package)
    version = each.version(len(state.versions) + 1)
    if state.versions and same_version(version, package_read_with_the_law(state.versions[-1], each)):
        return None
    common = _common("package", each.package, version, by, now)
    return PublishPackage(**common, package_id=each.package, package=version, reason=each.reason), state


def read_with_the_law(version: ItemVersion, file: FileItem) -> ItemVersion:
    """A version that was published before anybody said what the law allows: where the file leaves it out too, it is as good."""
    limits = version.limits
    laws: dict[str, Any] = {n: law for n, law in THE_LAW.items() if n not in file.limits.model_fields_set}
    unsaid = {n: law for n, law in laws.items() if getattr(limits, n) is None}
    return replace(version, limits=replace(limits, **unsaid))


def package_read_with_the_law(version: PackageVersion, file: FilePackage) -> PackageVersion:
    """The same of a package."""
    laws: dict[str, Any] = {n: law for n, law in JOINT_HANDLING.items() if n not in file.model_fields_set}
    return replace(version, **{n: law for n, law in laws.items() if getattr(version, n) is None})


def _common(noun: str, name: str, version: ItemVersion | PackageVersion, by: Actor, now: datetime) -> dict[str, Any]:
    digest = sha256(repr(version).encode()).hexdigest()[:16]
    number = f"catalogue/{noun}/{name}/{version.version}/{digest}"
    return {"command_id": number, "actor": by, "occurred_at": now}


def same_version(one: ItemVersion | PackageVersion, other: ItemVersion | PackageVersion) -> bool:
    """Whether two versions differ in nothing but their number."""

    def content(version: ItemVersion | PackageVersion) -> tuple[Any, ...]:
        return tuple(getattr(version, name) for name in version.__slots__ if name != "version")

    return content(one) == content(other)
