"""Everything that touches the world: the store, the command line, logs in and out, the simulated city."""
