"""What `verify` says where the clock by which events were recorded was wrong, or a city was simulated twice in the same days."""

WRONG_CLOCK = "a row was changed or put in, or a clock was wrong"
