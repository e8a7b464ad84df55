"""TOUCH: one outside thing per module, and no decisions."""
