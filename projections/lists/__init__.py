"""What people read of the open work: a department's queue, a window's desk, a hall's list, the whole city."""
