"""What happened: each act of sharing once, with its price, the price alone, and who paid the difference.

Append only: a wrong act is reversed by another. Everything that is proved is read from here. Made by the rooms above through `record`;
a coordinator reads all, a member its own.
"""
