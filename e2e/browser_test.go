package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestStories runs every file of stories/ in Chromium, each against two nodes
// on a Redis of its own.
func TestStories(t *testing.T) {
	stories, err := filepath.Glob("stories/*.test.mjs")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, story := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(story), ".test.mjs"), func(t *testing.T) {
			c := newCluster(t, 2)
			world, err := json.Marshal(map[string]string{"a": c.nodes[0].url, "b": c.nodes[1].url, "redis": c.redis.URL,
				"email": adminEmail, "password": adminPassword})
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", story)
			cmd.Env = append(os.Environ(), "WORLD="+string(world))
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Fatalf("%s: %v\nnode a:\n%s\nnode b:\n%s", story, err, c.nodes[0].complaints(), c.nodes[1].complaints())
			}
		})
	}
}
