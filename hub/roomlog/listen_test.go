package roomlog_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

func TestManyRoomsOpenAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		l := s.Listen(t.Context(), roomlog.NewID())
		began := time.Now()
		var rooms sync.WaitGroup
		for i := range 30 {
			rooms.Go(func() {
				id := fmt.Sprintf("aaaaaaaaaaaaaaa%02d", i)
				if _, err := s.Follow(t.Context(), l, id, roomlog.Position{}, &mirror{store: s}); err != nil {
					t.Error(err)
				}
			})
		}
		rooms.Wait()
		if long := time.Since(began); long > 2*time.Second {
			t.Fatalf("it took %v", long)
		}
	})
}

// TestRoomThatOpensAgainStillHears follows a room anew before the follower that
// had it has ended.
func TestRoomThatOpensAgainStillHears(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		newRoom(t, s)
		l := s.Listen(t.Context(), roomlog.NewID())
		ctx, cancel := context.WithCancel(t.Context())
		old := &mirror{store: s, stuck: make(chan struct{})}
		_, err := s.Follow(ctx, l, room, roomlog.Position{}, old)
		must(t, err)
		cancel()
		again := &mirror{store: s}
		_, err = s.Follow(t.Context(), l, room, roomlog.Position{}, again)
		must(t, err)
		close(old.stuck)
		late := time.After(5 * time.Second)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for again.heard.Load() < 100 {
			select {
			case <-tick.C:
				must(t, s.Publish(t.Context(), room, "v hello"))
			case <-late:
				t.Fatalf("the room that is open hears nothing, after %d messages", again.heard.Load())
			}
		}
	})
}

// TestListenerThatBeganWithoutTheStoreHears starts the store afterwards.
func TestListenerThatBeganWithoutTheStoreHears(t *testing.T) {
	server := storetest.NewServer(t)
	s, err := roomlog.Open(t.Context(), server.URL)
	must(t, err)
	t.Cleanup(s.Close)
	server.Kill()
	heard := make(chan struct{}, 100)
	s.Listen(t.Context(), roomlog.NewID()).Hear(t.Context(), "news", func(string) {
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	must(t, server.Start())
	select {
	case <-heard: // that something may have been missed
	case <-time.After(20 * time.Second):
		t.Fatal("it hears nothing")
	}
}
