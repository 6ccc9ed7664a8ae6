"""``python -m adapters.cli`` is ``onewindow``."""

from adapters.cli.main import main

main()
