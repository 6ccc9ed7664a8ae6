"""People of the hall: applicants, departments and their staff."""
