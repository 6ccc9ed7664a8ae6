"""All views there are."""

from projections.case_file import CaseFile
from projections.deadlines import Deadlines
from projections.department_queue import DepartmentQueue
from projections.hall_queue import HallQueue
from projections.processing_time import ProcessingTime
from projections.projection import View
from projections.window_desk import WindowDesk

VIEWS: tuple[View, ...] = (CaseFile(), Deadlines(), DepartmentQueue(), HallQueue(), ProcessingTime(), WindowDesk())
