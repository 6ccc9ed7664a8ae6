"""What the office knows: cases, their rules, halls, catalogue and working time. Pure: no SQL, no clock, no I/O."""
