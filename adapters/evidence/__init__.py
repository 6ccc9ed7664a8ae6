"""Evidence for others: the log's tree is signed and published as files; whoever has them checks the log, or one event, without it."""
