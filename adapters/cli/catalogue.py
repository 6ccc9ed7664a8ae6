"""``catalogue``: what can be applied for, and the history of what was asked and promised for it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import asdict

from adapters.bootstrap import Installation
from adapters.cli.answers.city import (
    Differing,
    ItemChange,
    ItemLine,
    ItemShown,
    PackageLine,
    PartLine,
    VersionLine,
    VersionsCompared,
)
from adapters.cli.answers.receipts import Changed, ItemChanged
from adapters.cli.dispatch import Asked, ByOption
from adapters.cli.options import DatabaseOption, Format, FormatOption, WrongInput, day, opened, zone_of
from adapters.cli.output import say, say_json, say_table, shown, tell
from adapters.cli.recording import envelope, records
from adapters.files.catalogue.exporting import exported
from adapters.files.catalogue.limits import changed_limits, limit_text
from adapters.files.catalogue.loading import load as load_file
from domain.catalogue.item import ItemVersion, ServiceItem
from domain.catalogue.package import HandedOver, Package
from domain.catalogue.publishing import ItemPublished, ItemRevised
from domain.catalogue.reform import (
    AbolishMaterial,
    AddMaterial,
    Change,
    ChangeLimits,
    ItemWithdrawn,
    MakeDeferrable,
    OrderedCommand,
    ShareMaterial,
    TakeOnline,
    WithdrawItem,
)
from domain.errors import UnknownReference
from domain.number_of import number_of
from domain.record import Actor, Record, Role, stamp
from domain.time.working_time import Limit

ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="The service item.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="Show the catalogue in force on this day.", show_default="the last"),
]
InForceOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="Show the catalogue in force on this day.", show_default="today"),
]
AllOption = Annotated[bool, typer.Option("--all", help="List every version, including those no longer in force.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    catalogue = typer.Typer(
        help="Service items (事项): the materials that they ask for and the limits that they promise, by date.",
        no_args_is_help=True,
    )
    for command in (items, packages, show, diff, change, load, export):
        catalogue.command("list" if command is items else command.__name__)(command)
    app.add_typer(catalogue, name="catalogue")


def items(
    as_of: InForceOption = None,
    every: AllOption = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List all service items in force today, and their coming versions."""
    when = day(as_of, "--as-of")
    with opened(database) as installation:
        today = when or _today(installation)
        found = [
            _line(item, version, _valid(item, version, today))
            for item in installation.office.city().items.values()
            for version in _listed(item, today, to_come=when is None, over=every)
        ]
    if format_ is Format.JSON:
        say_json(found)
    else:
        columns = ["item", "name", "version", "valid", "zone", "materials", "departments", "decision"]
        counted = len({line.item for line in found})
        rows = [
            {**asdict(line), "departments": ", ".join(line.departments), "decision": limit_text(line.decision)}
            for line in found
        ]
        say_table(f"{number_of(counted, 'service item')} on {today}", rows, columns, "none yet")


def packages(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List all packages: their parts, their one limit, and what happens if a department refuses."""
    with opened(database) as installation:
        found = [_package(package) for package in installation.office.city().packages.values()]
    if format_ is Format.JSON:
        say_json(found)
    else:
        columns = ["package", "name", "version", "limit", "statutory", "refusal", "handed_over", "parts"]
        rows = [
            {
                **asdict(line),
                "limit": limit_text(line.limit),
                "statutory": line.statutory and limit_text(line.statutory),
                "parts": "; ".join(map(_part, line.parts)),
            }
            for line in found
        ]
        say_table(number_of(len(found), "package"), rows, columns, "none yet")


def _package(package: Package) -> PackageLine:
    newest = package.versions[-1]
    return PackageLine(
        package=package.package_id,
        name=str(newest.name),
        version=newest.version,
        limit=newest.limit,
        statutory=newest.statutory,
        refusal=newest.refusal.value,
        handed_over=(newest.handed_over or HandedOver.TOGETHER).value,
        parts=[PartLine(item=part.item_id, after=list(part.after), only_if=part.only_if) for part in newest.parts],
    )


def _part(part: PartLine) -> str:
    after = f" after {', '.join(part.after)}" if part.after else ""
    return part.item + after + (f" if {part.only_if}" if part.only_if else "")


def show(
    item: ItemArgument,
    as_of: InForceOption = None,
    every: AllOption = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show the materials and limits of an item today or on any day, with its coming and its earlier versions."""
    when = day(as_of, "--as-of")
    with opened(database) as installation:
        state = installation.office.city().item(item)
        today = when or _today(installation)
        version = state.in_force(today) if when else _in_force(state, today) or state.versions[-1]
        history = list(_history(installation.office.records(f"item/{item}")))
        zone = zone_of(installation)
    others = [
        VersionLine(version=v.version, valid=_valid(state, v, today))
        for v in _listed(state, today, to_come=when is None, over=every)
        if v is not version
    ]
    if format_ is Format.JSON:
        say_json(
            ItemShown(
                item=item,
                withdrawn_from=state.withdrawn_from,
                in_force=version,
                valid=_valid(state, version, today),
                versions=others,
                history=history,
            )
        )
        return
    since = f"effective from {version.effective_from}; on {today}: {_valid(state, version, today)}"
    tell(f"{item} {version.name}, version {version.version}, {since}")
    if state.withdrawn_from is not None:
        tell(f"withdrawn from {state.withdrawn_from} on")
    if others:
        say_table("other versions", list(map(asdict, others)), ["version", "valid"])
    materials = [
        {"material": m.material_id, "name": str(m.name), "deferrable": m.deferrable, "abolished by": m.abolished}
        for m in version.materials
    ]
    say_table("materials", materials, ["material", "name", "deferrable", "abolished by"], "none")
    steps = [
        {
            "step": a.step,
            "department": a.department,
            "after": ", ".join(a.after),
            "limit": _said(a.limit or version.limits.decision),
        }
        for a in version.approvals
    ]
    say_table("approvals", steps, ["step", "department", "after", "limit"])
    limits = [{"limit": f.name, "is": _said(getattr(version.limits, f.name))} for f in fields(version.limits)]
    say_table("limits", limits, ["limit", "is"])
    told = [asdict(line) | {"recorded_at": shown(line.recorded_at, zone)} for line in history]
    say_table(
        "history",
        told,
        ["version", "effective_from", "what", "reason", "order", "by", "recorded_at"],
    )


def diff(
    item: ItemArgument,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY|N", help="A day, or a version.", show_default="the one before")
    ] = None,
    second: Annotated[
        str | None, typer.Option("--to", metavar="DAY|N", help="A day, or a version.", show_default="the last")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what differs between two versions of an item."""
    with opened(database) as installation:
        state = installation.office.city().item(item)
    after = _version(state, second, "--to") if second else state.versions[-1]
    before = _version(state, first, "--from") if first else state.at(max(1, after.version - 1))
    old, new = dict(_flat(before)), dict(_flat(after))
    rows = [
        Differing(what=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name) and name != "version"
    ]
    if format_ is Format.JSON:
        say_json(VersionsCompared(item=item, first=before.version, second=after.version, differences=rows))
    else:
        title = f"{item}: version {before.version} and version {after.version}"
        say_table(title, list(map(asdict, rows)), ["what", "before", "after"], "nothing differs")


@records
def change(
    item: ItemArgument,
    effective_from: Annotated[str, typer.Option("--from", metavar="DAY", help="The day from which the change holds.")],
    order: Annotated[str, typer.Option(metavar="TEXT", help="The number of the document that orders it (文号).")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    by: ByOption,
    abolish: Annotated[list[str] | None, typer.Option(metavar="MATERIAL", help="Abolish this material.")] = None,
    defer: Annotated[list[str] | None, typer.Option(metavar="MATERIAL", help="Make this material deferrable.")] = None,
    share: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MATERIAL=NAME",
            help="Give this material the name that other items use, so that it is asked for once.",
        ),
    ] = None,
    add_material: Annotated[
        list[str] | None, typer.Option(metavar="MATERIAL=中文/English", help="Ask for one more material.")
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LIMIT", help="Change a limit, for example `decision=8 working_days` or `extension=none`."
        ),
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Let people apply online.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Withdraw the item.")] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Change parts of an item by an order: all the changes or none. Applications under way keep their version."""
    wanted: list[tuple[type[OrderedCommand], dict[str, Any]]] = [
        *((AddMaterial, _material(each)) for each in add_material or ()),
        *((AbolishMaterial, {"material_id": name}) for name in abolish or ()),
        *((MakeDeferrable, {"material_id": name}) for name in defer or ()),
        *((ShareMaterial, _pair(each)) for each in share or ()),
        *([(TakeOnline, {})] if online else []),
        *([(WithdrawItem, {})] if withdraw else []),
    ]
    if not wanted and not limit:
        raise WrongInput("name a change: --abolish, --defer, --share, --add-material, --limit, --online or --withdraw")
    with opened(database) as installation:
        if limit:
            limits = changed_limits(installation.office.city().item(item).versions[-1].limits, limit)
            wanted.insert(0, (ChangeLimits, {"limits": limits}))
        operator = Actor(person=by, role=Role.OPERATOR)
        why = {"item_id": item, "effective_from": day(effective_from, "--from"), "order": order, "reason": reason}
        commands = [
            Asked(kind, operator, {**why, **fields_}).command(installation, part=str(number) if number > 1 else "")
            for number, (kind, fields_) in enumerate(wanted, start=1)
        ]
        receipts = installation.office.execute_together(commands)
    position = receipts[-1].position
    say(
        format_,
        f"{number_of(len(receipts), 'change')} of {item}, recorded at position {position}",
        ItemChanged(item=item, changes=len(receipts), position=position),
    )


@records
def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A YAML file in the form that `catalogue export` writes.")
    ],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Publish or revise the items and packages of a file: all of them, or none if a line is wrong. Loading the same file again adds nothing."""
    with opened(database) as installation:
        receipts = load_file(installation, file, Actor(person=by, role=Role.OPERATOR), envelope(installation))
    position = receipts[-1].position if receipts else 0
    said = f"{number_of(len(receipts), 'item')} published or revised" + (
        f", up to position {position}" if receipts else ""
    )
    say(format_, said, Changed(changed=len(receipts), position=position))


def export(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ITEM]...", help="All if none is named.")] = None,
    as_of: AsOfOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write items and packages as YAML to stdout, in the form that `catalogue load` reads."""
    when = day(as_of, "--as-of")
    with opened(database) as installation:
        city = installation.office.city()
        every = names or [*city.items, *city.packages]
        items_ = [n for n in every if n not in city.packages and (names or _in_force(city.item(n), when) is not None)]
        packages = [n for n in every if n in city.packages and (when is None or _offered(city.package(n), when))]
        typer.echo(exported(city, items_, packages, when), nl=False)


def _in_force(item: ServiceItem, when: date | None) -> ItemVersion | None:
    """The version on a day, or the last one; None when the item could not be applied for."""
    if when is None:
        return None if item.withdrawn_from is not None else item.versions[-1]
    try:
        return item.in_force(when)
    except UnknownReference:
        return None


def _today(installation: Installation) -> date:
    """The local day of the city; of UTC where its halls have no zone in common."""
    return installation.now().astimezone(zone_of(installation) or UTC).date()


def _listed(item: ServiceItem, today: date, *, to_come: bool, over: bool) -> list[ItemVersion]:
    """The version in force on a day, with those to come and those that are over where they are wanted."""
    if over:
        return list(item.versions)
    current = _in_force(item, today)
    later = [v for v in item.versions if v.effective_from > today and to_come and _ever(item, v)]
    return ([] if current is None else [current]) + later


def _ever(item: ServiceItem, version: ItemVersion) -> bool:
    """Whether a version is in force for a day at all: no later one begins with it, no withdrawal comes before."""
    return version is _in_force(item, version.effective_from)


def _valid(item: ServiceItem, version: ItemVersion, today: date) -> str:
    """How a version stands on a day: in force, from a later day on, over, or never (another one begins with it)."""
    if version is _in_force(item, today):
        return "in force"
    if not _ever(item, version):
        return "never"
    return f"from {version.effective_from}" if version.effective_from > today else "over"


def _offered(package: Package, when: date) -> bool:
    return any(version.effective_from <= when for version in package.versions)


def _line(item: ServiceItem, version: ItemVersion, valid: str) -> ItemLine:
    return ItemLine(
        item=item.item_id,
        name=str(version.name),
        version=version.version,
        valid=valid,
        effective_from=version.effective_from,
        zone=version.zone.value,
        materials=len(version.asked_for()),
        abolished=len(version.materials) - len(version.asked_for()),
        departments=list(dict.fromkeys(a.department for a in version.approvals)),
        decision=version.limits.decision,
        online=version.online,
    )


def _history(records: list[Record]) -> Iterator[ItemChange]:
    number = 0
    for record in records:
        event = record.event
        said: dict[str, Any] = {"what": event.type_name.partition(".")[2].replace("_", " ")}
        match event:
            case ItemPublished() | ItemRevised():
                number = event.item.version
                said |= {"effective_from": event.item.effective_from, "reason": getattr(event, "reason", None)}
            case Change() | ItemWithdrawn():
                number += isinstance(event, Change)
                said |= {"effective_from": event.effective_from, "reason": event.reason, "order": event.order}
                said["what"] += f" {getattr(event, 'material_id', '')}".rstrip()
        yield ItemChange(version=number, by=record.act.actor.person, recorded_at=stamp(record.act.recorded_at), **said)


def _version(state: ServiceItem, text: str, option: str) -> ItemVersion:
    if text.isascii() and text.isdigit():
        return state.at(int(text))
    when = day(text, option)
    assert when is not None
    return state.in_force(when)


def _pair(text: str) -> dict[str, str]:
    material, equals, name = text.partition("=")
    if not (material and equals and name):
        raise WrongInput(f"--share {text!r} is not MATERIAL=NAME; write it as lease=lease-contract")
    return {"material_id": material, "shared_as": name}


def _material(text: str) -> dict[str, Any]:
    material, equals, name = text.partition("=")
    zh, slash, en = name.partition("/")
    if not (material and equals and zh and slash and en):
        raise WrongInput(f"--add-material {text!r} is not MATERIAL=中文/English, as lease=租赁合同/Lease")
    return {"material": {"material_id": material, "name": {"zh": zh, "en": en}}}


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a version by a name that a person knows: the material, step or limit it belongs to."""
    if isinstance(value, Limit) or not is_dataclass(value):
        yield name, _said(value)
        return
    for field in fields(value):
        part = getattr(value, field.name)
        here = f"{name} {field.name}".strip()
        if isinstance(part, tuple) and part and is_dataclass(part[0]):
            for each in part:
                key = getattr(each, fields(each)[0].name)
                yield from _flat(each, f"{here} {key}")
        else:
            yield from _flat(part, here)


def _said(value: Any) -> str:
    match value:
        case None:
            return ""
        case Limit():
            return limit_text(value)
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
