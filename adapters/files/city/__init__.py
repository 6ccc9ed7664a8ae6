"""A city as a folder of YAML files: checked whole, loaded whole or not at all, written as it can be loaded again."""
