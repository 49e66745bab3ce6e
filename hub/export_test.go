package hub

// StopTaking is the beginning of Drain.
func (h *Hub) StopTaking() { h.draining.Store(true) }
