"""Pages without a seat in a cluster: the front page, secret links (invitations, calendar feeds), the demo's door."""
