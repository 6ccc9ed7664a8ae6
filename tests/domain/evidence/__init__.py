"""Tests of the tree of the log, its tiles, notes and proofs: published vectors, and a slow tree of one's own."""
