"""The SQL that gives three roles on PostgreSQL their rights: the owner of the tables, the service, a reader."""

import re
from pathlib import Path
from typing import NamedTuple

from adapters.store.driver.rights import FUNCTIONS, GUARDS, SEQUENCE, SERVICE
from domain.errors import OfficeError

TEMPLATE = (Path(__file__).parent / "grants.sql").read_text(encoding="utf-8")
LONGEST = 63
"""Bytes of a name that PostgreSQL keeps; of a longer one it would drop the end."""
NAME = re.compile(r"\w[\w .@-]{0,62}")
"""A name that stands in every text of SQL as it is."""


class Roles(NamedTuple):
    """The names of the three roles."""

    owner: str = "onewindow_owner"
    service: str = "onewindow_service"
    reader: str = "onewindow_reader"


class BadRole(OfficeError):
    """A name that no role can have, or that two of them would have."""


def grants(roles: Roles, *, erasing: bool = False) -> str:
    """The statements; with ``erasing`` the service may destroy keys of persons, too. Raises ``BadRole``."""
    for name in roles:
        if not NAME.fullmatch(name) or len(name.encode()) > LONGEST:
            raise BadRole(
                f"{name!r} cannot be the name of a role; write letters, digits and _, at most {LONGEST} bytes"
            )
    if len(set(roles)) < len(roles):
        raise BadRole(f"{', '.join(roles)}: the three roles need three different names; change one")
    sql = TEMPLATE.replace("{service_rights}", _service_rights(roles.service, erasing=erasing))
    for part, name in roles._asdict().items():
        sql = sql.replace(f"{{{part}}}", f'"{name}"').replace(f"{{{part}_name}}", name)
    for part, names in {"tables": SERVICE, "functions": FUNCTIONS, "guards": GUARDS}.items():
        sql = sql.replace(f"{{{part}}}", ", ".join(f"'{each}'" for each in names))
    return sql


def _service_rights(service: str, *, erasing: bool) -> str:
    """What the service may beyond reading, a line a table."""
    lines = []
    for table, needed in SERVICE.items():
        rights = [right for right in needed if right != "select"]
        if erasing and table == "person_keys":
            rights.append("delete")
        if rights:
            lines.append(f'    grant {", ".join(rights)} on {table} to "{service}";')
    return "\n".join([*lines, f'    grant usage on sequence {SEQUENCE} to "{service}";'])
