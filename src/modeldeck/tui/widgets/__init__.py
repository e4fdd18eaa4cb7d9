"""Widgets that know no engine: they show what they are given."""
