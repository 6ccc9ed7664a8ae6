"""The command line ``onewindow``."""
