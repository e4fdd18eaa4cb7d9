"""What the model lists of several protocols have in common."""
