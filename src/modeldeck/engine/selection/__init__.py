"""From a profile to a model: policy, constraints, scores, tiers, chain, and the reasons."""
