"""What `verify` looks at beside chains and folds, a file a check: each finds what needs no witness outside the database."""
