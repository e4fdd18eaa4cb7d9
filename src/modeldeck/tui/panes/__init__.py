"""One pane per file, with its own help, keys and border."""
