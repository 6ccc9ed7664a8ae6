"""``docs/reference/views.md``: every view with its columns, from its table."""

import sys

from projections.engine.projection import View
from projections.engine.tables import Name
from projections.views.all_views import VIEWS
from tests.reference.kinds import sentences

HEAD = """# Views

Every view with its columns, made from the code by `make reference`. The rows of a view lie in tables named after it with the number of a
generation, as `case_file_1`; `view_generations` says which one is live. They are onewindow's own: their columns change with its
version, and each rebuild makes another table. Times are text in UTC, always 27 characters, so that they sort as time does.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(view) for view in VIEWS)


def _section(view: View) -> str:
    follows = " and ".join(history.rstrip("/") for history in view.follows)
    module = view.__module__.replace(".", "/")
    lines = ["", f"## {view.name}", "", sentences(sys.modules[view.__module__]), ""]
    lines += [f"Version {view.version}; made of the histories of {follows}; `{module}.py`.", ""]
    lines += ["| column | type | may be empty |", "| --- | --- | --- |"]
    for column in view.table.columns:
        kind = "text" if column.type is Name or str(column.type) == "TEXT" else str(column.type).lower()
        key = ", key" if column.primary_key else ""
        lines.append(f"| `{column.name}` | {kind}{key} | {'yes' if column.nullable else ''} |")
    return "\n".join(lines) + "\n"
