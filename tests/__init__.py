"""The tests, in the rooms of what they test; and the databases and the command line as they use them."""
