"""One file per kind of pool: its unit, its cost lines, its default key, its capacity, its act, what p0 means for it."""
