"""Which command recorded events, told from the events themselves, so that it can be decided again."""
