"""Reports: figures over the views, each with the events it is made of."""
