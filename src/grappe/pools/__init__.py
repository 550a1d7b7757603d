"""What firms hold in common: proposals, pools of each kind, invitations, commitments.

Keeps the parts that firms were offered and the commitments that they made with the price they saw. Does not keep who works when (plans) nor
what is billed (charges). A coordinator proposes and invites; a member's mandated person commits. One file per kind of pool in `kinds/`.
"""
