"""The catalogue as a file: read and validated whole, loaded whole or not at all, written as it can be loaded again."""
