"""Pages of the coordinator, and of the board, which reads the same ones: one module per thing to point at."""
