package faults

import (
	"fmt"
	"syscall"
	"time"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

func killNode(f *trial) {
	people := size(2000, 300)
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: people, Talkers: 40, Every: time.Second})
	w.Reached(40)
	there := len(at(w, 0))
	c.Nodes[0].Kill()
	w.Alive(100)
	x := w.Check()
	f.effect(x.Moved >= there && there >= people/4, "%d of %d people lost their connection", x.Moved, people)
	f.crowd(x)
	f.mark("99 % back within", cluster.Percentile(x.Away, .99), 5*time.Second)
	f.mark("all within", cluster.Percentile(x.Away, 1), 15*time.Second)
	f.none("started afresh", x.Reset)
}

// pauseNode stops a node's process while somebody on it is demoted elsewhere.
func pauseNode(long time.Duration) func(*trial) {
	return func(f *trial) {
		c := cluster.Start(f, cluster.Plan{Nodes: 3})
		w := c.Gather(cluster.Gathering{People: 60, Talkers: 20, Every: 900 * time.Millisecond})
		x := f.newInsider(w, 1)
		w.Reached(20)
		node := c.Nodes[x.Node()]
		accepted := w.Accepted()
		_, saw := x.Last()
		node.Signal(syscall.SIGSTOP)
		began := time.Now()
		f.whisper(w, "canary before the demotion")
		f.promote(w, x.Person, protocol.Viewer)
		f.whisper(w, "canary after the demotion")
		pause(time.Until(began.Add(long)))
		_, sees := x.Last()
		f.effect(stopped(node.Pid()), "the process was stopped; %d messages were accepted elsewhere, those on it saw %d",
			w.Accepted()-accepted, sees-saw)
		node.Signal(syscall.SIGCONT)
		f.mark("demoted at the page after", f.demoted(c, x), 5*time.Second)
		f.mark("10 messages more after", w.Alive(10), 10*time.Second)
		found := w.Check()
		f.crowd(found)
		silent := []string{"canary after the demotion"}
		if long > roomlog.Lease {
			silent = append(silent, "canary before the demotion")
		}
		f.silenced(x, silent...)
		f.none("started afresh (but for who was demoted while away)", afresh(w, x.Person))
	}
}

// afresh is how many had to start afresh, without these: a role that changes
// while one is away is a reason to.
func afresh(w *cluster.Crowd, without ...*cluster.Person) int {
	n := 0
	for _, p := range w.People {
		for _, x := range without {
			if p == x {
				n -= len(p.View().Resets)
			}
		}
		n += len(p.View().Resets)
	}
	return n
}

var errNone = fmt.Errorf("not yet")
