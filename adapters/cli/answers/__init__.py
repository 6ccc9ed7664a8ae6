"""What each command answers to programs: a typed value a command, its JSON Schema made of it."""
