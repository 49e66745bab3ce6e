package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coder/websocket"

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

var errNone = errors.New("not yet")

// restartNodes replaces each node by another program, one after the other, as
// an upgrade does.
func restartNodes(f *trial) {
	c := cluster.Start(f, cluster.Plan{Nodes: 3})
	w := c.Gather(cluster.Gathering{People: 900, Talkers: 40, Every: time.Second})
	w.Reached(40)
	var longest time.Duration
	replaced := 0
	for _, n := range c.Nodes {
		before, began := n.Pid(), time.Now()
		n.Signal(syscall.SIGTERM)
		select {
		case <-n.Ended():
		case <-time.After(within):
			f.Fatalf("the node doesn't end\n%s", n.Complaints())
		}
		longest = max(longest, time.Since(began))
		n.Start()
		n.WaitReady()
		if n.Pid() != before {
			replaced++
		}
	}
	w.Alive(40)
	x := w.Check()
	f.effect(replaced == 3 && x.Closes[protocol.CloseRestart.Code] >= 900,
		"%d processes replaced, %d connections told to come back", replaced, x.Closes[protocol.CloseRestart.Code])
	f.crowd(x)
	f.mark("a node has stopped within", longest, 20*time.Second)
	f.mark("99 % back within", cluster.Percentile(x.Away, .99), 3*time.Second)
	f.figure("99 %% of messages seen within %s", short(cluster.Percentile(x.Delays, .99)))
	f.none("accepted and lost", x.Lost)
	f.none("links lost in another way", len(x.Away)-x.Closes[protocol.CloseRestart.Code])
	f.none("started afresh", x.Reset)
}

// exhaustFiles opens more connections to a node than it may have files.
func exhaustFiles(f *trial) {
	const files, wanted = 256, 400
	c := cluster.Start(f, cluster.Plan{Nodes: 1, Under: []string{"sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, files)}})
	w := c.Gather(cluster.Gathering{People: 60, Talkers: 30, Every: 900 * time.Millisecond})
	w.Reached(20)
	var mu sync.Mutex
	var in []*websocket.Conn
	refused, unanswered := 0, 0
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for i := range wanted {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ctx, cancel := context.WithTimeout(f.Context(), 5*time.Second)
			defer cancel()
			ws, err := w.People[i%60].Dial(ctx, nil)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				in = append(in, ws)
			case strings.Contains(err.Error(), "503"):
				refused++
			default:
				unanswered++
			}
		})
	}
	wg.Wait()
	f.effect(refused+unanswered > 0, "of %d connections to a node that may have %d files, %d got in, %d were refused, %d got no answer",
		wanted, files, len(in), refused, unanswered)
	f.mark("those who are in go on: 10 messages take", w.Alive(10), 5*time.Second)
	for _, ws := range in {
		_ = ws.CloseNow()
	}
	late, err := c.Enter(w.Room, "late", 0)
	if err != nil {
		f.Fatal(err)
	}
	w.Join(late)
	x := w.Check()
	f.crowd(x)
	f.none("links lost of those who were in", len(x.Away))
	f.none("accepted and lost", x.Lost)
	f.none("got no answer", unanswered)
	f.alive(c)
}
