"""All views there are."""

from projections.case_file import CaseFile
from projections.department_queue import DepartmentQueue
from projections.processing_time import ProcessingTime
from projections.projection import View
from projections.window_desk import WindowDesk

VIEWS: tuple[View, ...] = (CaseFile(), DepartmentQueue(), ProcessingTime(), WindowDesk())
