"""Tests of what is signed and published of the log, and what somebody finds who holds no more than that."""
