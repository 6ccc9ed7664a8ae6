"""Tests of the store: order, chains, keys, upgrades, and what is refused without a trace."""
