"""Service items (事项) and packages (一件事) in the folder: every version stands under the day from which it holds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.files.catalogue.exporting import item_told, package_told
from adapters.files.catalogue.loading import package_read_with_the_law, read_with_the_law, same_version
from adapters.files.catalogue.models import FileItem, FilePackage
from domain.catalogue.item import ItemVersion, ServiceItem
from domain.catalogue.package import Package, PackageVersion
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.catalogue.reform import WithdrawItem
from domain.record import Record

if TYPE_CHECKING:
    from adapters.files.city.entry import Entry
    from adapters.files.city.load_step import Difference

Version = TypeVar("Version", ItemVersion, PackageVersion)


def by_day(versions: Iterable[Version]) -> dict[date, Version]:
    """What holds from which day: of several versions for one day the last."""
    return {version.effective_from: version for version in versions}


def compare_items(entries: Iterable["Entry[FileItem]"], difference: "Difference") -> None:
    """Items that are new are published, versions for a later day revise them."""
    numbers: dict[str, int] = {}
    written: dict[str, date] = {}
    for entry in sorted(entries, key=lambda entry: (entry.content.item, entry.content.effective_from)):
        item = entry.content
        state = difference.city.items.get(item.item) or ServiceItem(item_id=item.item)
        number = numbers.setdefault(item.item, len(state.versions)) + 1
        written[item.item] = item.effective_from
        if not _is_new("service item", entry, item.version(number), by_day(state.versions), difference):
            continue
        numbers[item.item] = number
        fields: dict[str, Any] = {"item_id": item.item, "item": item.version(number)}
        at = entry.problem("catalogue", f"service item {item.item} changes from {item.effective_from} on", "item")
        if number == 1:
            difference.step(at, PublishItem, f"service item {item.item} is offered", **fields)
        else:
            fields["reason"] = difference.why(at, item.reason)
            difference.step(at, ReviseItem, f"service item {item.item} changes from {item.effective_from} on", **fields)
    _only_items(difference, written)


def _only_items(difference: "Difference", written: Mapping[str, date]) -> None:
    for name, state in difference.city.items.items():
        if name in written:
            later = [day for day in by_day(state.versions) if day > written[name]]
            difference.only_in_city += [f"service item {name} from {day} on" for day in later]
        elif state.withdrawn_from is None:
            difference.only_in_city.append(f"service item {name}; `onewindow catalogue change --withdraw` ends it")


def compare_packages(entries: Iterable["Entry[FilePackage]"], difference: "Difference") -> None:
    """The same for packages."""
    numbers: dict[str, int] = {}
    written: dict[str, date] = {}
    for entry in sorted(entries, key=lambda entry: (entry.content.package, entry.content.effective_from)):
        package = entry.content
        state = difference.city.packages.get(package.package) or Package(package_id=package.package)
        number = numbers.setdefault(package.package, len(state.versions)) + 1
        written[package.package] = package.effective_from
        if not _is_new("package", entry, package.version(number), by_day(state.versions), difference):
            continue
        numbers[package.package] = number
        what = f"package {package.package} is offered" if number == 1 else f"package {package.package} changes"
        at = entry.problem("catalogue", what, "package")
        reason = package.reason if number == 1 else difference.why(at, package.reason)
        fields = {"package_id": package.package, "package": package.version(number), "reason": reason}
        difference.step(at, PublishPackage, what, **fields)
    for name, state in difference.city.packages.items():
        later = [day for day in by_day(state.versions) if name not in written or day > written[name]]
        difference.only_in_city += [f"package {name} from {day} on" for day in later]


def _is_new(
    noun: str,
    entry: "Entry[Any]",
    version: Version,
    known: Mapping[date, Version],
    difference: "Difference",
) -> bool:
    """Whether nothing stands for its day yet. What stands there and differs is a problem."""
    there = known.get(version.effective_from)
    if there is None:
        return True
    if not same_version(version, _with_the_law(there, entry.content)):
        what = (
            f"this {noun} differs from what is on record from {version.effective_from} on, and what was published stays; "
            f"give the change a later effective_from"
        )
        difference.problems.append(entry.problem("difference", what, "effective_from"))
    return False


def _with_the_law(version: Version, content: FileItem | FilePackage) -> ItemVersion | PackageVersion:
    """A version as a file means it that leaves out what the law allows."""
    if isinstance(version, ItemVersion) and isinstance(content, FileItem):
        return read_with_the_law(version, content)
    if isinstance(version, PackageVersion) and isinstance(content, FilePackage):
        return package_read_with_the_law(version, content)
    return version


def withdrawals(entries: Iterable["Entry[FileItem]"], difference: "Difference") -> None:
    """Items that the files no longer offer."""
    for entry in entries:
        item, ends = entry.content, entry.content.withdrawn
        state = difference.city.items.get(item.item)
        if ends is None or (state is not None and state.withdrawn_from == ends.effective_from):
            continue
        at = entry.problem("catalogue", f"service item {item.item} is withdrawn", "withdrawn")
        fields = {"item_id": item.item, **ends.model_dump()}
        difference.step(at, WithdrawItem, f"service item {item.item} is withdrawn", **fields)


def items_told(state: ServiceItem, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """All versions of an item as a file has them, with the reason of each."""
    reasons, number = {}, 0
    withdrawn: dict[str, Any] = {}
    for record in records:
        reason = getattr(record.event, "reason", None)
        if record.event.type_name == "catalogue.item_withdrawn":
            order, day = getattr(record.event, "order", None), state.withdrawn_from
            withdrawn = {"withdrawn": {"effective_from": str(day), "reason": reason, "order": order}}
            continue
        number += 1
        reasons[number] = reason
    versions = list(by_day(state.versions).values())
    for version in versions:
        yield _with_reason(item_told(state.item_id, version), reasons.get(version.version)) | (
            withdrawn if version is versions[-1] else {}
        )


def packages_told(state: Package, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """The same for a package."""
    reasons = {n: getattr(record.event, "reason", None) for n, record in enumerate(records, start=1)}
    for version in by_day(state.versions).values():
        yield _with_reason(package_told(state.package_id, version), reasons.get(version.version))


def _with_reason(told: dict[str, Any], reason: str | None) -> dict[str, Any]:
    return told if reason is None else {**told, "reason": reason}
