"""The application (办件), THE aggregate: a file a stage, each with its events, what they change, and its commands."""
