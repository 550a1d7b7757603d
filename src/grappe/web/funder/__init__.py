"""Pages of those who finance: what the money did, with the method beside each figure."""
