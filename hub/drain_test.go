package hub_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// TestDrainSendsEverybodyElsewhere drains a node with somebody in the room,
// somebody on the way in, and somebody who doesn't answer and so holds it up.
func TestDrainSendsEverybodyElsewhere(t *testing.T) {
	w := newWorld(t, storetest.Embedded(t), 1)
	n := w.nodes[0]
	vic, _ := w.join(n, "vic")
	val := w.dial(n, "val", roomID)
	mute, _, err := websocket.Dial(t.Context(), n.url+"/"+roomID, &websocket.DialOptions{
		HTTPHeader: http.Header{"X-Participant": {"sue"}, "Origin": {n.url}}})
	must(t, err)
	defer mute.CloseNow()
	must(t, mute.Write(t.Context(), websocket.MessageText, []byte(`{"type":"hello","id":1,"client":"`+roomlog.NewID()+`"}`)))
	vic.want("presence", func(m message) bool { return m.text("here") == "2" })
	drained := make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	go func() {
		defer close(drained)
		n.hub.Drain(ctx)
	}()
	vic.wantClosed(protocol.CloseRestart)
	val.write(map[string]any{"type": "hello", "id": val.count(), "client": val.client})
	val.wantClosed(protocol.CloseRestart)
	<-drained
	if ctx.Err() != nil {
		t.Fatal("the node was not drained in time")
	}
}
