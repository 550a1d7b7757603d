"""What sharing earned: the sheet of a member, the sheet of the cluster; paid, alone, saved.

Keeps nothing of its own yet: every figure is read from acts and opens onto them. A member reads its own; coordinators,
board and funders read the cluster's. Savings and transfers are never added together, nor proved and declared.
"""
