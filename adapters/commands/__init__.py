"""Commands as programs send them: their names, their messages, and the JSON Schemas of these."""
