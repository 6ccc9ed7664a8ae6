"""Limits of an application: the promised and the law's, suspensions, extensions."""
