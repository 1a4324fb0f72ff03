"""What the API answers and what it reads from bodies of any shape, noun by noun: for its description alone.

Nothing here runs while the server serves. That these are true is proven by tests, which hold every answer that they
see against the description (`tests/described.py`). Annotations are evaluated as they stand: as texts, which the typing
module reads at once, they would cost a start twice as much.
"""
