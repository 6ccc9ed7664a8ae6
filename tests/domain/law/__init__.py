"""Scenarios worked from the text of the law, as tests; ``law_scenarios.md`` beside this folder says where each stands."""
