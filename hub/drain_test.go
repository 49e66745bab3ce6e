package hub_test

import (
	"net/http"
	"testing"

	"github.com/coder/websocket"

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

// A node that has no file descriptors left can't even say so: whoever connects
// waits for an answer. So it says so before.
func TestFullNodeSendsPeopleElsewhere(t *testing.T) {
	w := newWorld(t, storetest.Embedded(t), 0)
	w.most = 2
	n := w.addNode()
	vic, _ := w.join(n, "vic")
	val, _ := w.join(n, "val")
	_, resp, err := websocket.Dial(t.Context(), n.url+"/"+roomID, &websocket.DialOptions{Subprotocols: []string{"greenroom.v1"},
		HTTPHeader: http.Header{"X-Participant": {"sue"}, "Origin": {n.url}}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Fatalf("a third connection: %v %v", resp, err)
	}
	vic.ok("chat", map[string]any{"text": "still here"})
	val.want("chat", nil)
}
