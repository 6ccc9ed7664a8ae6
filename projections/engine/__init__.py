"""The engine of the views: what a view is, how it is kept up, rebuilt and swapped."""
