package roomlog_test

import (
	"strings"
	"testing"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

func TestDeletedRoomLeavesNothingThatStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		_, err := s.Commit(t.Context(), roomlog.Command{Room: room, Client: "c", Counter: 1, Actor: "vic",
			Allowed: []protocol.Role{protocol.Viewer}, Kind: "question", Object: "q", Body: []byte("{}"),
			Effect: roomlog.Speak{Most: 9, Window: time.Second, Question: "q", QuestionState: "open"}})
		must(t, err)
		_, err = s.Vote(t.Context(), room, "val", []protocol.Role{protocol.Viewer}, "q", true)
		must(t, err)
		_, err = s.SetHere(t.Context(), room, "node", 1, true, map[string]*roomlog.Presence{"val": {Name: "val"}})
		must(t, err)
		must(t, s.SaveSnapshot(t.Context(), room, roomlog.Snapshot{Position: all(t, s)[0].Position, State: []byte("{}")}, 100))
		must(t, s.Delete(t.Context(), room))
		_, err = s.Beat(t.Context(), room, "node", roomlog.Heads{Here: 1}, time.Now())
		must(t, err)
		var stay []string
		base := strings.TrimSuffix(s.Keys(room).Log(), "log")
		keys := s.Redis.Scan(t.Context(), 0, base+"*", 1000).Iterator()
		for keys.Next(t.Context()) {
			if s.Redis.PTTL(t.Context(), keys.Val()).Val() < 0 {
				stay = append(stay, strings.TrimPrefix(keys.Val(), base))
			}
		}
		must(t, keys.Err())
		if len(stay) > 0 {
			t.Fatalf("left are %v", stay)
		}
	})
}
