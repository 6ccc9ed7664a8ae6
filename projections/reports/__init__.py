"""Figures over the views."""
