"""Changes by somebody who may do anything to the database, and computes all hashes anew: what `verify` says of each."""
