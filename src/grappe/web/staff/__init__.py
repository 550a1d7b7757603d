"""Pages of the shared employee, on a phone: the week, the hours."""
