"""Quotas, rates and cooldowns: what may not be called right now."""
