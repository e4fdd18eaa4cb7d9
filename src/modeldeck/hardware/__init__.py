"""Readings of this machine: each may be missing, none may raise."""
