"""What the work costs: ours, the raw limit and the peers, round by round in the same run, as ratios."""
