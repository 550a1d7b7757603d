"""What the law says, as dated data: VAT, working time, leave, delays.

Keeps the value of each rule from a day to a day, with its article, its source and how far it is confirmed. Does not keep
what a cluster chooses (its own price, its notice). The operator sets values; everyone reads them, at the date of the fact.
"""
