"""From a prompt to its profile: what kind of work it is, how hard, how long."""
