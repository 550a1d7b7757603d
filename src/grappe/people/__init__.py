"""Persons: how they sign in, in which language, how they are written to.

Keeps persons, secret links and the mails sent. Does not keep what a person may do in a cluster: mandates do.
A person edits itself; the operator sees all.
"""
