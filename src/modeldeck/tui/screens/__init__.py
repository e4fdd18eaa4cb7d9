"""Full screens and overlays."""
