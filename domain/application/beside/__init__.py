"""What happens beside the path: assignment, questions, withdrawal, transfer, merging, corrections, reopening."""
