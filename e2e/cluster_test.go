package e2e

import (
	"testing"
	"time"

	"greenroom/e2e/cluster"
)

// TestNodeDiesAndNobodyMissesAnything kills one of two nodes, with kill -9,
// under two hundred people who talk. Its people go on at the other one.
func TestNodeDiesAndNobodyMissesAnything(t *testing.T) {
	c := cluster.Start(t, cluster.Plan{Nodes: 2})
	w := c.Gather(cluster.Gathering{People: 200, Each: 10, Every: 100 * time.Millisecond})
	w.Reached(600)
	c.Nodes[0].Kill()
	w.Reached(2000)
	f := w.Check()
	if f.Reset > 0 {
		t.Errorf("%d people had to start afresh", f.Reset)
	}
	if f.Moved < 100 {
		t.Errorf("only %d people lost their node: the fault did not take effect", f.Moved)
	}
}

// TestRedisDiesAndNothingAcknowledgedIsLost kills Redis, with kill -9, and
// starts it again with its append-only file. Everybody goes on by themselves.
func TestRedisDiesAndNothingAcknowledgedIsLost(t *testing.T) {
	c := cluster.Start(t, cluster.Plan{Nodes: 2})
	w := c.Gather(cluster.Gathering{People: 100, Each: 12, Every: 100 * time.Millisecond})
	w.Reached(400)
	c.Redis.Kill()
	if err := c.Redis.Start(); err != nil {
		t.Fatal(err)
	}
	w.Reached(1200)
	if f := w.Check(); f.Lost > 0 {
		t.Errorf("%d accepted messages are lost", f.Lost)
	}
}
