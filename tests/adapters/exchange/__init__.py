"""Tests of logs in and out: what people have, what is refused, what changed since."""
