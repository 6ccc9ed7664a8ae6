"""Limits of an application: suspensions, extensions, deadlines and what follows when one lapses."""
