"""Time: calendars, working time, limits and their lights."""
