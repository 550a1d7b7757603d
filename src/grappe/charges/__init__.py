"""What each firm owes: monthly statements by a key, invoices, payments.

Keeps statements (draft, then issued), invoices (frozen, numbered without a gap) and payments; posts them into the
ledger. A coordinator checks and issues; a member reads its own. Nobody is charged more than the price it accepted: the
rest stays with the cluster.
"""
