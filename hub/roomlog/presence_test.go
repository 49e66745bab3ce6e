package roomlog_test

import (
	"fmt"
	"testing"

	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// TestManyPeopleComeAtOnce tells of a thousand people in one go: the embedded
// store once stood still at that, for each waited for the other.
func TestManyPeopleComeAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *roomlog.Store) {
		people := map[string]*roomlog.Presence{}
		for i := range 1000 {
			people[fmt.Sprint("p", i)] = &roomlog.Presence{Name: "Somebody with a name of some length", Devices: 1}
		}
		_, err := s.SetHere(t.Context(), room, "node", 1, true, people)
		must(t, err)
		now, err := s.Now(t.Context())
		must(t, err)
		_, err = s.Beat(t.Context(), room, "node", roomlog.Heads{Here: 1000}, now)
		must(t, err)
		here, err := s.Here(t.Context(), room, now)
		must(t, err)
		if len(here) != 1000 {
			t.Fatalf("%d people are here, want 1000", len(here))
		}
	})
}
