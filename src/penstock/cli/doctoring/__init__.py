"""The doctor for functions: what stands in `penstock doctor PATH|URL...`."""
