// Package e2e tests the whole program as its users meet it: the real binary,
// real Redis, several nodes, and a real browser.
package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"greenroom/e2e/cluster"
)

// look adds the stories that look at every page in three sizes, light and dark.
// They take longer than all others together.
var look = flag.Bool("look", false, "also run the stories that look at every page")

// TestStories runs every file of stories/ in Chromium, each against two nodes
// on a Redis of its own.
func TestStories(t *testing.T) {
	stories, err := filepath.Glob("stories/*.test.mjs")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, story := range stories {
		if strings.HasPrefix(filepath.Base(story), "look-") && !*look {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(story), ".test.mjs"), func(t *testing.T) {
			c := cluster.Start(t, cluster.Plan{Nodes: 2})
			world, err := json.Marshal(map[string]string{"a": c.Nodes[0].URL, "b": c.Nodes[1].URL, "redis": c.Store,
				"email": cluster.AdminEmail, "password": cluster.AdminPassword})
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", story)
			cmd.Env = append(os.Environ(), "WORLD="+string(world))
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Fatalf("%s: %v\n%s", story, err, c.Complaints())
			}
		})
	}
}
