package roomlog_test

import (
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
