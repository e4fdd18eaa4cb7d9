"""What happened and what follows from it: experience, history, advice."""
