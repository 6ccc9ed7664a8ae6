"""Services beside the office: tickets given out and called, the clock that acts."""
