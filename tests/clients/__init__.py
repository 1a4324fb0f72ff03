"""Programs that people use with Open WebUI, against Penstock."""
