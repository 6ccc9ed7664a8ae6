"""What every reader of files and lines from outside keeps to: how much it takes, how a sentence quotes what it refused, TOML within limits."""
