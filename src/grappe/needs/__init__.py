"""What firms want: surveys, their answers, and the prices that firms would pay alone.

Keeps surveys, skills and their spellings, needs, reference prices with their proof. Does not keep what is made of them:
pools do.
A coordinator imports and reads all; a member states and reads its own.
"""
