"""The command line ``onewindow``: a file a group of commands, the options and answers they share."""
