"""The office: the use cases. A command is permitted, decided and recorded."""
