"""Files that commands write for people: which names are refused, and how a file appears whole, of its owner alone."""
