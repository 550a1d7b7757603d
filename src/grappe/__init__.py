"""Grappe: a cluster of small firms shares what none can pay for alone, and proves what it earned."""

__version__ = "0.1.0"
