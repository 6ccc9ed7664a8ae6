"""Tests of what touches the world, each on both databases where the store matters."""
