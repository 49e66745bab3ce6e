package roomlog_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

const room = "aaaaaaaaaaaaaaaa"

var everybody = []protocol.Role{protocol.Viewer, protocol.Speaker, protocol.Moderator, protocol.Manager}
var staff = everybody[1:]
var managers = everybody[3:]

// newRoom makes an open webcast with the manager "mia", a moderator "moe", a
// speaker "sue" and viewers "vic" and "val".
func newRoom(t *testing.T, s *roomlog.Store) {
	t.Helper()
	rules := roomlog.RulesBody{Rules: protocol.Rules{Kind: protocol.Webcast, Collaboration: true}}
	must(t, s.Create(t.Context(), room, rules, roomlog.DoorsBody{State: protocol.Open}, "mia", roomlog.Profile{Name: "Mia"}))
	for who, role := range map[string]protocol.Role{"moe": protocol.Moderator, "sue": protocol.Speaker, "vic": protocol.Viewer, "val": protocol.Viewer} {
		_, err := s.Admit(t.Context(), room, who, roomlog.Profile{Name: who}, role)
		must(t, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code protocol.Code) {
	t.Helper()
	var e *protocol.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func chat(actor, client string, counter int64) roomlog.Command {
	return roomlog.Command{Room: room, Client: client, Counter: counter, Actor: actor, Allowed: everybody,
		Kind: "chat", Body: []byte(`{"text":"hi"}`), Effect: roomlog.Speak{Most: 1000, Window: time.Second, Slow: true}}
}

func setRole(actor, target string, role protocol.Role) roomlog.Command {
	return roomlog.Command{Room: room, Actor: actor, Allowed: managers, Kind: "role", Object: target,
		Body: []byte(`{}`), Effect: roomlog.SetRole{Role: role}}
}

// all returns the whole log, checked for contiguity by Read.
func all(t *testing.T, s *roomlog.Store) []roomlog.Entry {
	t.Helper()
	entries, err := s.Read(t.Context(), room, roomlog.Position{}, 1_000_000)
	must(t, err)
	return entries
}

func TestAbsentRoomOrRoleIsDenied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		_, err := s.Commit(t.Context(), chat("vic", "c", 1))
		wantCode(t, err, protocol.NotFound)
		newRoom(t, s)
		n := len(all(t, s))
		_, err = s.Commit(t.Context(), chat("nobody", "c", 1))
		wantCode(t, err, protocol.Forbidden)
		if len(all(t, s)) != n {
			t.Fatal("a refused command was written")
		}
	})
}

func TestRetryOfAcceptedCommandGetsItsFirstAnswerEvenAfterDemotion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		c := chat("sue", "c", 1)
		c.Kind, c.Allowed = "whisper", staff
		first, err := s.Commit(t.Context(), c)
		must(t, err)
		_, err = s.Commit(t.Context(), setRole("mia", "sue", protocol.Viewer))
		must(t, err)
		n := len(all(t, s))
		again, err := s.Commit(t.Context(), c)
		must(t, err)
		if again.Position != first.Position || !again.Repeated {
			t.Fatalf("got %+v, want %+v again", again, first)
		}
		c.Counter = 2
		_, err = s.Commit(t.Context(), c)
		wantCode(t, err, protocol.Forbidden)
		if len(all(t, s)) != n {
			t.Fatal("a retry or a refused command was written")
		}
	})
}

func TestCountersOfOneClientDontTouchAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		_, err := s.Commit(t.Context(), chat("vic", "same", 7))
		must(t, err)
		r, err := s.Commit(t.Context(), chat("val", "same", 7))
		must(t, err)
		if r.Repeated {
			t.Fatal("one participant's client id suppressed another's message")
		}
		_, err = s.Commit(t.Context(), chat("vic", "same", 6))
		wantCode(t, err, protocol.Stale)
	})
}

func TestRankRule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		_, err := s.Commit(t.Context(), setRole("sue", "sue", protocol.Moderator))
		wantCode(t, err, protocol.Forbidden)
		_, err = s.Commit(t.Context(), setRole("mia", "mia", protocol.Viewer))
		wantCode(t, err, protocol.LastManager)
		_, err = s.Commit(t.Context(), setRole("mia", "ghost", protocol.Speaker))
		wantCode(t, err, protocol.NotFound)
		_, err = s.Commit(t.Context(), setRole("mia", "moe", protocol.Manager))
		must(t, err)
		mute := roomlog.Command{Room: room, Actor: "sue", Allowed: everybody, Kind: "mute", Object: "moe", Body: []byte("{}"), Effect: roomlog.Mute{For: -1}}
		_, err = s.Commit(t.Context(), mute)
		wantCode(t, err, protocol.Forbidden)
		// Two managers demote each other at once: exactly one succeeds.
		results := make(chan error, 2)
		for _, pair := range [][2]string{{"mia", "moe"}, {"moe", "mia"}} {
			go func() {
				_, err := s.Commit(context.WithoutCancel(t.Context()), setRole(pair[0], pair[1], protocol.Viewer))
				results <- err
			}()
		}
		a, b := <-results, <-results
		if (a == nil) == (b == nil) {
			t.Fatalf("got %v and %v, want exactly one success", a, b)
		}
	})
}

func TestMutedAndRemovedWriteNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		act := func(kind string, e roomlog.Effect) error {
			_, err := s.Commit(t.Context(), roomlog.Command{Room: room, Actor: "moe", Allowed: everybody,
				Kind: kind, Object: "vic", Body: []byte("{}"), Effect: e})
			return err
		}
		must(t, act("mute", roomlog.Mute{For: -1}))
		_, err := s.Commit(t.Context(), chat("vic", "c", 1))
		wantCode(t, err, protocol.Muted)
		must(t, act("mute", roomlog.Mute{}))
		_, err = s.Commit(t.Context(), chat("vic", "c", 2))
		must(t, err)
		must(t, act("remove", roomlog.Remove{Out: true}))
		_, err = s.Commit(t.Context(), chat("vic", "c", 3))
		wantCode(t, err, protocol.Removed)
		_, err = s.Admit(t.Context(), room, "vic", roomlog.Profile{Name: "Vic"}, protocol.Moderator)
		wantCode(t, err, protocol.Removed)
		must(t, act("remove", roomlog.Remove{Out: false}))
		_, err = s.Commit(t.Context(), chat("vic", "c", 4))
		must(t, err)
	})
}

func TestTwoModeratorsOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		ask := chat("vic", "c", 1)
		ask.Kind, ask.Object = "question", "q1"
		ask.Effect = roomlog.Speak{Most: 9, Window: time.Second, Question: "q1", QuestionState: protocol.QuestionOpen}
		r, err := s.Commit(t.Context(), ask)
		must(t, err)
		if r.Version != 1 {
			t.Fatalf("version %d, want 1", r.Version)
		}
		move := roomlog.Command{Room: room, Actor: "moe", Allowed: staff, Kind: "question", Object: "q1", Body: []byte("{}"),
			Effect: roomlog.SetQuestion{Version: 1, State: protocol.QuestionDismissed}}
		_, err = s.Commit(t.Context(), move)
		must(t, err)
		move.Actor = "mia"
		_, err = s.Commit(t.Context(), move)
		wantCode(t, err, protocol.Conflict)
	})
}

func TestPaceAndSlowMode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		c := chat("vic", "c", 1)
		c.Effect = roomlog.Speak{Most: 2, Window: time.Hour}
		for c.Counter = 1; c.Counter <= 2; c.Counter++ {
			_, err := s.Commit(t.Context(), c)
			must(t, err)
		}
		_, err := s.Commit(t.Context(), c)
		wantCode(t, err, protocol.RateLimited)
		must(t, s.SetRules(t.Context(), room, roomlog.RulesBody{Settings: protocol.RoomSettings{SlowMode: 3600}}))
		_, err = s.Commit(t.Context(), chat("val", "c", 1))
		must(t, err)
		_, err = s.Commit(t.Context(), chat("val", "c", 2))
		wantCode(t, err, protocol.RateLimited)
		_, err = s.Commit(t.Context(), chat("sue", "c", 1))
		must(t, err)
		_, err = s.Commit(t.Context(), chat("sue", "c", 2))
		must(t, err)
	})
}

func TestDoorsGateEverybodyButManagers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		doors := func(e roomlog.SetDoors) error {
			_, err := s.Commit(t.Context(), roomlog.Command{Room: room, Kind: "doors", Body: []byte("{}"), Effect: e})
			return err
		}
		must(t, doors(roomlog.SetDoors{State: protocol.Over}))
		_, err := s.Commit(t.Context(), chat("moe", "c", 1))
		wantCode(t, err, protocol.Closed)
		_, err = s.Commit(t.Context(), chat("mia", "c", 1))
		must(t, err)
		wantCode(t, doors(roomlog.SetDoors{State: protocol.Open, IfDue: true}), protocol.Conflict)
		must(t, doors(roomlog.SetDoors{State: protocol.Open}))
		_, err = s.Commit(t.Context(), chat("moe", "c", 2))
		must(t, err)
	})
}

func TestDemotionIsAnExactPointForWriting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		var wg sync.WaitGroup
		ctx := context.WithoutCancel(t.Context())
		for i := range 50 {
			wg.Go(func() {
				for n := range 10 {
					c := chat("sue", fmt.Sprint("c", i), int64(n+1))
					c.Kind, c.Allowed = "whisper", staff
					if _, err := s.Commit(ctx, c); err != nil && !errors.Is(err, &protocol.Error{Code: protocol.Forbidden}) {
						t.Error(err)
					}
				}
			})
			if i == 25 {
				wg.Go(func() {
					if _, err := s.Commit(ctx, setRole("mia", "sue", protocol.Viewer)); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		demoted := false
		for _, e := range all(t, s) {
			if e.Kind == "role" && e.Actor == "mia" {
				demoted = true
			}
			if demoted && e.Kind == "whisper" {
				t.Fatalf("entry %d is a whisper after the demotion", e.Seq)
			}
		}
	})
}

// Of the managers only those count who are in the room.
func TestRemovedManagerIsNoLastManager(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		do := func(c roomlog.Command) error {
			_, err := s.Commit(t.Context(), c)
			return err
		}
		remove := roomlog.Command{Room: room, Actor: "mia", Allowed: managers, Kind: "remove", Object: "vic", Body: []byte(`{}`), Effect: roomlog.Remove{Out: true}}
		must(t, do(remove))
		must(t, do(setRole("mia", "vic", protocol.Manager)))
		wantCode(t, do(setRole("mia", "mia", protocol.Viewer)), protocol.LastManager)
		must(t, do(setRole("mia", "moe", protocol.Manager)))
		must(t, do(setRole("mia", "vic", protocol.Viewer)))
		must(t, do(setRole("mia", "moe", protocol.Viewer)))
		must(t, do(setRole("mia", "vic", protocol.Manager)))
		remove.Effect = roomlog.Remove{}
		must(t, do(remove))
		must(t, do(setRole("vic", "mia", protocol.Viewer)))
		wantCode(t, do(setRole("vic", "vic", protocol.Viewer)), protocol.LastManager)
	})
}

func TestAnswersAreForgottenInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		for i := range int64(40) {
			_, err := s.Commit(t.Context(), chat("vic", "c", i+2))
			must(t, err)
			key := s.Keys(room).Dedup("vic", "c")
			left, err := s.Redis.TTL(t.Context(), key).Result()
			must(t, err)
			if left <= 0 {
				t.Fatalf("after %d commands the answers are kept for %v", i+1, left)
			}
			if n, err := s.Redis.HLen(t.Context(), key).Result(); err != nil || n > 18 {
				t.Fatalf("%d answers are kept, %v", n, err)
			}
		}
	})
}
