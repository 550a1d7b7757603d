"""What is computed in the background: who asked which engine what, how far it is, what it answered.

Keeps solves and the worker's heartbeat. Does not keep what a room makes of an answer: the room registers a receiver.
A coordinator asks, watches and stops; the worker runs each engine in a child process.
"""
