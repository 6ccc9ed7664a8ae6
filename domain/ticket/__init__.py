"""Tickets (取号): a visitor's place in the queue of a hall, from taking it to being served."""
