"""Write the pages of the reference anew, or those that are named: ``python -m tests.reference [--check] [onewindow.1 ...]``.

With ``--check`` nothing is written; it ends with 1 where a page is not as the code makes it.
"""

import sys

from tests.reference.all_pages import PAGES, ROOT

names = [word for word in sys.argv[1:] if word != "--check"]
stale = [
    path
    for path, page in PAGES.items()
    if not (ROOT / path).exists() or (ROOT / path).read_text(encoding="utf-8") != page()
]
wanted = [path for path in stale if not names or any(path.endswith(name) for name in names)]
if "--check" in sys.argv and wanted:
    sys.exit(f"{', '.join(wanted)}: the code says otherwise; run `make reference`")
for path in wanted:
    (ROOT / path).write_text(PAGES[path](), encoding="utf-8")
