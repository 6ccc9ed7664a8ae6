"""Worker processes: rebuilds, and the disk space that they need."""
