"""The language of a person: English as the code has it, and Chinese in data files; a sentence is translated where it is shown."""
