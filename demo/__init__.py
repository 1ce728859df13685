"""``./run demo``: the whole job on one machine. Only ``run`` starts it."""
