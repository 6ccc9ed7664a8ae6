"""Evidence: the log of all events as a Merkle tree (RFC 6962), and what is signed of it; whoever holds it needs not trust the office."""
