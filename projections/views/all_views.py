"""All views there are, found by walking this package: a view is kept up as soon as its module exists."""

import importlib
import pkgutil

from projections import views
from projections.engine.projection import View

for found in pkgutil.iter_modules(views.__path__, f"{views.__name__}."):
    if found.name != __name__:
        importlib.import_module(found.name)

VIEWS: tuple[View, ...] = tuple(
    sorted(
        (kind() for kind in View.__subclasses__() if kind.__module__.startswith(views.__name__)),
        key=lambda view: view.name,
    )
)
