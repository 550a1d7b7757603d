"""Who is told when a solve is answered. A room registers in its AppConfig.ready(); the worker calls once."""

from __future__ import annotations

from collections.abc import Callable

from grappe.solves.models import Solve

Receive = Callable[[Solve], None]
_receivers: dict[str, Receive] = {}


def register(purpose: str, receive: Receive) -> None:
    """`receive` is called in the cluster's scope, in the transaction that marks a solve of that purpose DONE.

    So what it writes stands exactly when the answer stands, whatever happens to the worker.
    """
    standing = _receivers.get(purpose)
    if standing is not None and standing is not receive:
        raise ValueError(f"{purpose} already has a receiver")
    _receivers[purpose] = receive


def receive(solve: Solve) -> None:
    """Tell the room that asked; a purpose without a receiver only keeps its result."""
    told = _receivers.get(solve.purpose)
    if told is not None:
        told(solve)
