"""All commands of ``onewindow`` by name: the module that has them, and what the list of commands says of them.

``onewindow --help`` reads this alone; a module is imported once one of its commands is asked for. A test holds each
sentence to the one that the command says of itself.
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "history": ("records", "Show a case: its state, and every event with who did it, where and when."),
    "verify": (
        "records",
        "Check all records: chains, times, receipts, keys, schema; every event readable, every command decided again, every view equal to one made anew. Exit 1 on a difference.",
    ),
    "db": ("database", "The database: create its tables, look at it, back it up, restore it."),
    "evidence": (
        "evidence",
        "Evidence (存证): the log's tree, signed and published, so that others can check the records without the office.",
    ),
    "key": ("database", "The master key, which wraps the keys of all persons."),
    "import": (
        "exchange",
        "Import an event log with its own times and its order within a case, and update the views. Importing it again adds nothing.",
    ),
    "batch": (
        "batch",
        "Run the commands of a file, one JSON object per line; the answers come in the same order. Exit 8 if a line was refused, 9 if all were.",
    ),
    "export": ("exchange", "Export the records as logs."),
    "simulate": (
        "city",
        "Simulate a city with the real commands on a simulated clock, and update the views. Running the same simulation again adds nothing.",
    ),
    "demo": (
        "city",
        "Show a small city before and after the reform: the figures side by side, a desk, a queue, and the histories of some cases.",
    ),
    "city": (
        "city_folder",
        "Your own city (城市) as a folder of YAML files: departments, halls, staff, items, packages.",
    ),
    "project": ("project", "The views: catch up, follow, status, rebuild, roll back, parked events."),
    "report": ("reports", "Reports."),
    "desk": (
        "queues",
        "Show a window's desk: cases received today, in hand, waiting for applicants or asked about by a department, and results to hand out.",
    ),
    "queue": (
        "queues",
        "Show a department's open tasks, in one hall or in all: what to approve, answer, decide or make ready, with holder, age and light.",
    ),
    "open": (
        "open_work",
        "Show everything that open cases of the city wait for, the longest waiting first, with counts by kind and by hall.",
    ),
    "intake": (
        "open_work",
        "Show the cases of a hall that no window handles: those that came online, by kiosk, by post or from another hall. Claim one with `case claim`.",
    ),
    "calendar": ("calendars", "The calendar of a hall (工作日历): public holidays, make-up days, days of its own."),
    "tick": (
        "clock",
        "Record the consequences of limits that have passed, each at the time that the law gives it.",
    ),
    "due": (
        "clock",
        "Show what is due next in each case: notices, supplements, promised materials, the lights of limits.",
    ),
    "catalogue": (
        "catalogue",
        "Service items (事项): the materials that they ask for and the limits that they promise, by date.",
    ),
    "department": ("departments", "Departments (部门) that take part in the halls."),
    "hall": (
        "halls",
        "Halls (大厅), their windows (窗口), who sits there, and who is excluded from deferred acceptance (容缺受理).",
    ),
    "task": (
        "tasks",
        "A department's part of a case (部门审批): claim, release, delegate, put aside, ask, approve, refuse and return.",
    ),
    "case": ("cases", "Cases (办件): from intake to rating, and what happens outside the usual path."),
    "ticket": ("tickets", "The queue of a hall: take a number (取号), call (叫号), serve."),
    "attempts": (
        "staff",
        "List attempts that were refused because a right was missing: the person, the command and the right. For auditors; persons by number only.",
    ),
    "rights": ("staff", "Print every command by every role, and what else it depends on: the page docs/rights.md."),
    "staff": ("staff", "The staff of the city (工作人员): posts, substitutes, and handing over work."),
}
