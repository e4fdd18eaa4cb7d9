"""Runnable comparisons: each prints ratios of things measured side by side in one run. Never timed tests."""
