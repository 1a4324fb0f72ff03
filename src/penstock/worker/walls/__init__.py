"""The walls around a process: put up in it, by itself, before any code of an author runs."""
