"""A simulated city that drives the real commands on a simulated clock."""
