"""``department``: who takes part in the halls."""

from typing import Annotated

import typer
from msgspec.structs import asdict

from adapters.cli.answers.city import DepartmentLine
from adapters.cli.dispatch import Asked, ByOption, give
from adapters.cli.options import DatabaseOption, Format, FormatOption, opened
from adapters.cli.output import say_json, say_table
from adapters.cli.recording import records
from domain.number_of import number_of
from domain.people.establishing import EstablishDepartment
from domain.record import Actor, Role


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    department = typer.Typer(help="Departments (部门) that take part in the halls.", no_args_is_help=True)
    department.command("list")(list_)
    department.command("establish")(establish)
    app.add_typer(department, name="department")


def list_(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List all departments, and how many service items each leads."""
    with opened(database) as installation:
        city = installation.office.city()
        leads = [item.versions[-1].lead_department for item in city.items.values() if item.withdrawn_from is None]
        lines = [
            DepartmentLine(department=name, name=str(department.name), items=leads.count(name))
            for name, department in sorted(city.departments.items())
        ]
    if format_ is Format.JSON:
        say_json(lines)
    else:
        say_table(
            number_of(len(lines), "department"), list(map(asdict, lines)), ["department", "name", "items"], "none yet"
        )


@records
def establish(
    department: Annotated[str, typer.Argument(metavar="DEPARTMENT", help="The department's number.")],
    zh: Annotated[str, typer.Option(metavar="TEXT", help="Its name in Chinese.")],
    en: Annotated[str, typer.Option(metavar="TEXT", help="Its name in English.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Establish a department."""
    fields = {"department_id": department, "label": {"zh": zh, "en": en}}
    asked = Asked(EstablishDepartment, Actor(person=by, role=Role.OPERATOR), fields)
    give(database, format_, "department", department, "it takes part", asked)
