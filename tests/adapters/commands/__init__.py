"""Tests of commands as programs send them: each as the code has it, and hostile ones."""
