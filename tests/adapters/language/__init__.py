"""Tests of the language of a person: nothing that they read lacks its Chinese."""
