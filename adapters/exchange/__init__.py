"""Event logs in and out: CSV and XES are read into rows under a mapping, XES is written."""
