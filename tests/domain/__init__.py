"""Tests of the rules: cases in the office's words, examples worked from the law, properties and machines."""
