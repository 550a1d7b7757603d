"""When a half-day is: 3 h 30 in the morning, 3 h 30 in the afternoon (35 hours in ten halves), and an hour and a half between."""

from datetime import time

TIMES: dict[str, tuple[time, time]] = {"am": (time(9, 0), time(12, 30)), "pm": (time(14, 0), time(17, 30))}
