"""Who did what, when, in which cluster.

Keeps one line per deed, append only, and the keys that make a repeated deed happen once. Does not keep what the deed
changed: the rooms do. Everyone may write through `deeds.deed`; coordinators read their cluster's lines.
"""
