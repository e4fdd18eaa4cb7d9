"""One file per verb, or per group of verbs that belong together."""
