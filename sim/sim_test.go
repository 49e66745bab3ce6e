package sim_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"greenroom/sim"
)

var (
	seeds = flag.Int("seeds", 60, "how many seeds to run")
	from  = flag.Uint64("from", 1, "the first of them")
	times = flag.Int("times", 1, "how often to run each")
)

// TestSeeds runs whole rooms that fail in every way, and holds what everybody
// saw against the rules. A seed that breaks one is printed, with its plan.
func TestSeeds(t *testing.T) {
	for i := range *seeds {
		seed := *from + uint64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			for range *times {
				synctest.Test(t, func(t *testing.T) {
					plan, faults := sim.Run(t.Context(), seed)
					if len(faults) > 0 {
						t.Errorf("%s\n\n%s\n\nTry again with: go test ./sim -run TestSeeds -seeds 1 -from %d -times 20",
							strings.Join(faults, "\n"), strings.Join(plan, "\n"), seed)
					}
				})
			}
		})
	}
}
