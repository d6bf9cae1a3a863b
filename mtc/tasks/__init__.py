"""Work that is done after the request: the queue, its workers, and work by the clock."""
