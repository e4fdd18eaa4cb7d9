"""What every protocol needs on the wire: HTTP, streams, tolerant reading, failures and rate limits."""
