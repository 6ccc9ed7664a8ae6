"""A machine in which anybody gives any command, and after each of them no open case is in no list and all lists agree."""
