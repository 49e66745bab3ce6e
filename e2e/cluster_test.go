package e2e

import "testing"

// TestNodeDiesAndNobodyMissesAnything kills one of two nodes, with kill -9,
// under two hundred people who talk. Its people go on at the other one.
func TestNodeDiesAndNobodyMissesAnything(t *testing.T) {
	c := newCluster(t, 2)
	w := newCrowd(t, c, 200, 10)
	w.reached(c, 600)
	c.nodes[0].kill()
	w.reached(c, 2000)
	w.settled(c)
	w.check(c)
	moved := 0
	for _, k := range w.talkers {
		if k.resets > 0 {
			t.Errorf("%s had to start afresh", k.name)
		}
		if k.back > 1 {
			moved++
		}
	}
	if moved < 100 {
		t.Errorf("only %d people lost their node: the fault did not take effect", moved)
	}
}

// TestRedisDiesAndNothingAcknowledgedIsLost kills Redis, with kill -9, and
// starts it again with its append-only file. Everybody goes on by themselves.
func TestRedisDiesAndNothingAcknowledgedIsLost(t *testing.T) {
	c := newCluster(t, 2)
	w := newCrowd(t, c, 100, 12)
	w.reached(c, 400)
	c.redis.Kill()
	if err := c.redis.Start(); err != nil {
		t.Fatal(err)
	}
	w.reached(c, 1200)
	w.settled(c)
	w.check(c)
}
