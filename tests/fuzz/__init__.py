"""Every reader under inputs that nobody would write: a refusal with a sentence or a value, and nothing else; memory and time stated."""
