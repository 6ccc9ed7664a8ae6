"""What others read: views of the log. One file a view: its table, how it follows from a case, its queries."""
