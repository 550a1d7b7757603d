"""The books: accounts, entries, lines; double entry in cents, append only.

An entry balances or does not exist: its lines come first, the entry closes them (a trigger on both databases). Knows
none of the rooms that post into it: they give a `source` that is posted once. A mistake is reversed, never changed.
"""
