"""Tests of the command line: real commands, their answers and exit codes."""
