"""Measurements: `make bench`. Figures are compared side by side in one run, never asserted in tests."""
