"""One prompt in, one answer out: the frontend of scripts and pipes."""
