package faults

import (
	"strings"
	"testing"
	"time"
)

// fault is one way to break things.
type fault struct {
	name  string
	brief bool // in the short choice
	try   func(*trial)
}

// faults lists them all. The numbers are those of the plan that they come from.
func faults() []fault {
	return []fault{
		{"N1 kill -9 of one node of three", true, killNode},
		{"N2 node paused for 3 s", true, pauseNode(3 * time.Second)},
		{"N2 node paused for 10 s", false, pauseNode(10 * time.Second)},
		{"N2 node paused for 60 s", false, pauseNode(60 * time.Second)},
		{"N3 every node replaced, one after the other", false, restartNodes},
		{"N4 kill -9 of Redis, which starts again", true, killRedis},
		{"N5 kill -9 of Redis while its disk is slow", false, slowFsync},
		{"N6 append-only file loses its last 64 KB", true, cutTail(64 << 10)},
		{"N6 append-only file loses its last 4 KB", false, cutTail(4 << 10)},
		{"N6 append-only file loses its last byte", false, cutTail(1)},
		{"N7 Sentinel fails over to a replica that lacks the last writes", false, failover},
		{"N9 slot of a room moved in a Redis Cluster", false, moveSlot},
		{"N10 subscriptions killed all the time", true, killSubscriptions},
		{"N11 black hole between a node and Redis, both ways", true, blackHole(true, true)},
		{"N11 black hole from Redis to a node", false, blackHole(false, true)},
		{"N11 black hole from a node to Redis", false, blackHole(true, false)},
		{"N12 slow and jittery link to Redis", false, slowRedis},
		{"N13 Redis paused for 1 s", false, pauseRedis(time.Second)},
		{"N13 Redis paused for 5 s", true, pauseRedis(5 * time.Second)},
		{"N13 Redis paused for 20 s", false, pauseRedis(20 * time.Second)},
		{"N14 a script that hogs Redis for 8 s", false, busyScript},
		{"N15 Redis that evicts keys", true, evictingRedis},
		{"N15 Redis out of memory", true, fullMemory},
		{"N16 disk of Redis full", false, fullDisk},
		{"N18 600 connections that never read", false, neverRead},
		{"N19 500 connections half open, in silence", false, halfOpen(0)},
		{"N19 500 connections half open, while people talk", false, halfOpen(10)},
		{"N20 reconnect storm of 2,000", false, reconnectStorm(2000)},
		{"N20 reconnect storm of 10,000", false, reconnectStorm(10_000)},
		{"N21 join storm of 2,000", false, joinStorm(2000)},
		{"N21 join storm of 10,000", false, joinStorm(10_000)},
		{"N22 vote storm of 1,000", false, voteStorm},
		{"N23 entries and messages that no script wrote", true, poison},
		{"N24 FLUSHALL", true, flushAll},
		{"N24 one key of a room deleted", false, deleteKeys},
		{"N26 no file descriptors left", false, exhaustFiles},
		{"N28 log trimmed under those who resume", false, trimmed},
	}
}

func TestFaults(t *testing.T) {
	for _, x := range faults() {
		if !x.brief && !*full {
			continue
		}
		t.Run(strings.ReplaceAll(x.name, ",", ""), func(t *testing.T) {
			f := &trial{T: t, name: x.name}
			defer f.record()
			x.try(f)
		})
	}
}
