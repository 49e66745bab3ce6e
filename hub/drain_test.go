package hub_test

import (
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog/storetest"
)

// Drain closes those who are in a room. Whoever is on the way in at that moment
// must not be cut off without a word.
func TestWhoComesInWhileDrainingIsToldToComeBack(t *testing.T) {
	w := newWorld(t, storetest.Embedded(t), 1)
	p := w.dial(w.nodes[0], "vic", roomID)
	w.nodes[0].hub.StopTaking()
	p.write(map[string]any{"type": "hello", "id": p.count(), "client": p.client})
	p.wantClosed(protocol.CloseRestart)
}
