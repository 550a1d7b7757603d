"""The demo: six clusters with invented firms, built by code through the public deeds, seeded, with dates relative to today."""
