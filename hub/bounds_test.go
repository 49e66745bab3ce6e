package hub_test

import (
	"fmt"
	"strings"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// A room may hold more than a socket takes at once. The page that comes in
// reads it as fast as its network does, and isn't too slow for that.
func TestManyLongQuestionsKeepNobodyOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 0)
		w.pace = 1000
		w.addNode()
		for i := range 10 {
			who := fmt.Sprintf("guest%d", i)
			_, err := s.Admit(t.Context(), roomID, who, roomlog.Profile{Name: who}, 1)
			must(t, err)
			p, _ := w.join(w.nodes[0], who)
			for range 20 {
				p.ok("ask", map[string]any{"text": strings.Repeat("<", 1200)})
			}
		}
		late := w.dial(w.nodes[0], "val", roomID)
		if n := len(late.hello("", 0)["questions"].([]any)); n != 200 {
			t.Fatalf("%d questions, want 200", n)
		}
		late.barrier()
	})
}

func TestNobodyFillsTheRoomWithQuestions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		w := newWorld(t, s, 0)
		w.pace = 1000
		w.addNode()
		val, _ := w.join(w.nodes[0], "val")
		vic, _ := w.join(w.nodes[0], "vic")
		for n := range 50 {
			q := val.ok("ask", map[string]any{"text": "Why?"}).text("object")
			val.want("question", func(m message) bool { return m.text("question", "id") == q })
			if n == 0 {
				val.ok("withdraw", map[string]any{"question": q, "version": 1})
			}
		}
		val.refused(protocol.Conflict, "ask", map[string]any{"text": "Why?"})
		vic.ok("ask", map[string]any{"text": "Why?"})
	})
}
