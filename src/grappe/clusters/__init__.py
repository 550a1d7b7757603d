"""Clusters, the firms that belong to them, and who speaks for whom.

Keeps clusters, firms (one legal person, in several clusters if it likes), memberships and mandates, all with dates; and
the scope that guards every query. Does not keep what is shared. A coordinator writes; a member reads its own.
"""
