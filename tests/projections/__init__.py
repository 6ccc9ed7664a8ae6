"""Tests of the views: exactly once, rebuilt and swapped, and every open case in a list."""
