"""The migrations, one file each, in the order of their numbers; none knows the code of today."""
