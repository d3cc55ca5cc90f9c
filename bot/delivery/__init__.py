"""Everything between the platforms and the desk: inbox, outbox, timers and the heartbeat that wakes them."""
