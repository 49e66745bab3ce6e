package sim_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"greenroom/check"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/sim"
)

// story runs f in a world of its own, and holds what everybody saw against the
// rules.
func story(t *testing.T, nodes int, f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sw, err := sim.New(t.Context(), 1, nodes)
		if err != nil {
			sw.Close()
			t.Fatal(err)
		}
		defer sw.Close()
		w := &world{sw, t}
		f(w)
		w.Heal()
		w.pass(10 * time.Second)
		if err := w.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, f := range check.Faults(w.History) {
			t.Error(f)
		}
	})
}

type world struct {
	*sim.World
	t *testing.T
}

// pass lets virtual time pass.
func (w *world) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (w *world) open(person string, node int) *sim.Page {
	w.t.Helper()
	p := w.Open(person, node)
	w.pass(100 * time.Millisecond)
	if _, in := p.In(); !in {
		w.t.Fatalf("%s did not get in", person)
	}
	return p
}

// says lets a page write, and returns the text.
func (w *world) says(p *sim.Page, kind string) string {
	w.t.Helper()
	text := w.Text(kind, p.Name)
	if !p.Do(kind, map[string]any{"text": text}) {
		w.t.Fatalf("%s still waits for an answer", p.Name)
	}
	return text
}

func (w *world) setRole(by *sim.Page, person string, role protocol.Role) {
	w.t.Helper()
	if !by.Do("set_role", map[string]any{"participant": person, "role": role}) {
		w.t.Fatalf("%s still waits for an answer", by.Name)
	}
	w.pass(50 * time.Millisecond)
}

func (w *world) copy() *sim.Copy {
	w.t.Helper()
	c, err := w.Copy(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) rewind(c *sim.Copy) {
	w.t.Helper()
	if err := w.Rewind(w.t.Context(), c); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) seat(person string) roomlog.Seat {
	w.t.Helper()
	seat, err := w.Store.Seat(w.t.Context(), sim.Room, person)
	if err != nil {
		w.t.Fatal(err)
	}
	return seat
}

// TestLinkDoesWhatItIsTold turns each fault on and wants it to have happened,
// and all to be well all the same.
func TestLinkDoesWhatItIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		faults sim.Faults
		did    func(sim.Did) int
	}{
		"drop":   {sim.Faults{Drop: 1}, func(d sim.Did) int { return d.Dropped }},
		"double": {sim.Faults{Double: 1}, func(d sim.Did) int { return d.Doubled }},
		"swap":   {sim.Faults{Swap: 1}, func(d sim.Did) int { return d.Swapped }},
		"freeze": {sim.Faults{Frozen: true}, func(d sim.Did) int { return d.Held }},
		"calls":  {sim.Faults{CallsFrozen: true}, func(d sim.Did) int { return d.Held }},
		"hears":  {sim.Faults{HearsNothing: true}, func(d sim.Did) int { return d.Held }},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, 2, func(w *world) {
				mia := w.open("mia", 0)
				w.open("vic", 1)
				link := w.Nodes()[1].Link
				link.Set(c.faults)
				for range 6 {
					w.says(mia, "chat")
					w.pass(200 * time.Millisecond)
				}
				if c.did(link.Did()) == 0 {
					w.t.Errorf("nothing of it happened: %+v", link.Did())
				}
			})
		})
	}
}

// TestRewindGivesNoPowerBack loses a demotion, a removal and a mute: the nodes,
// which remember, take all three again.
func TestRewindGivesNoPowerBack(t *testing.T) {
	story(t, 2, func(w *world) {
		mia, moe := w.open("mia", 0), w.open("moe", 1)
		w.open("sue", 1)
		w.open("val", 1)
		before := w.copy()
		w.setRole(mia, "sue", protocol.Viewer)
		mia.Do("remove", map[string]any{"participant": "val"})
		w.pass(50 * time.Millisecond)
		moe.Do("mute", map[string]any{"participant": "vic", "minutes": 0})
		w.pass(2 * time.Second)
		w.rewind(before)
		if seat := w.seat("sue"); seat.Role != protocol.Speaker {
			w.t.Fatal("the store was not rewound")
		}
		w.pass(3 * time.Second)
		if seat := w.seat("sue"); seat.Role != protocol.Viewer {
			w.t.Errorf("sue is %s again", seat.Role)
		}
		if !w.seat("val").Removed {
			w.t.Error("val may come back")
		}
		vic := w.open("vic", 0)
		w.says(vic, "chat")
		w.pass(time.Second)
		if !vic.Got(string(protocol.Muted)) {
			w.t.Error("vic may speak again")
		}
	})
}

// TestNodeThatLostTheStoreShowsNothing lets a node hear of new entries while it
// can't ask: its lease ends, then it shows nothing more, and in the end it
// sends its people elsewhere.
func TestNodeThatLostTheStoreShowsNothing(t *testing.T) {
	story(t, 2, func(w *world) {
		mia, moe := w.open("mia", 0), w.open("moe", 1)
		w.Nodes()[1].Link.Set(sim.Faults{CallsFrozen: true})
		first := w.says(mia, "whisper")
		w.pass(2 * time.Second) // it asks for a second at a time
		if !moe.Got(first) {
			w.t.Error("a node with a lease showed nothing")
		}
		w.pass(roomlog.Lease - time.Second)
		late := w.says(mia, "whisper")
		w.pass(5 * time.Second)
		if moe.Got(late) || !moe.Got("degraded") {
			w.t.Error("a node without a lease showed something, or did not tell")
		}
		w.pass(6 * time.Second)
		if moe.Closed() != websocket.StatusCode(protocol.CloseStale.Code) || !moe.Got(late) {
			w.t.Errorf("moe was closed with %d and has not arrived elsewhere", moe.Closed())
		}
	})
}

// TestNodeThatWakesShowsNothingOfThePast lets a node hear, one by one and late,
// of what was whispered before its person was demoted.
func TestNodeThatWakesShowsNothingOfThePast(t *testing.T) {
	story(t, 2, func(w *world) {
		mia := w.open("mia", 0)
		w.open("moe", 1)
		w.Nodes()[1].Link.Set(sim.Faults{CallsFrozen: true, Trickle: 2 * time.Second})
		for range 8 {
			w.says(mia, "whisper")
			w.pass(100 * time.Millisecond)
		}
		w.setRole(mia, "moe", protocol.Viewer)
		w.pass(14 * time.Second)
		w.Nodes()[1].Link.Set(sim.Faults{})
		w.pass(5 * time.Second)
	})
}

// TestDeafSubscriptionIsReplaced takes the route from under a subscription. It
// gives no error; but some seconds later all is as quick as before.
func TestDeafSubscriptionIsReplaced(t *testing.T) {
	story(t, 2, func(w *world) {
		mia, vic := w.open("mia", 0), w.open("vic", 1)
		w.Nodes()[1].Link.Deafen()
		for range 12 { // others keep talking, so the store sends all the time
			w.says(mia, "chat")
			w.pass(500 * time.Millisecond)
		}
		text := w.says(mia, "chat")
		w.pass(100 * time.Millisecond)
		if !vic.Got(text) {
			w.t.Error("the node is still deaf")
		}
	})
}

// TestGhostsOfADeadNodeLeaveTheRoster kills a node whose people don't come back.
func TestGhostsOfADeadNodeLeaveTheRoster(t *testing.T) {
	story(t, 2, func(w *world) {
		w.open("mia", 0)
		sue := w.open("sue", 1)
		w.pass(2 * time.Second)
		w.Kill(w.Nodes()[1])
		sue.Leave()
		w.pass(5 * time.Second)
	})
}

// TestLostAnswerIsDoneOnce lets a command through and loses its answer, on both
// of two tries.
func TestLostAnswerIsDoneOnce(t *testing.T) {
	story(t, 2, func(w *world) {
		mia := w.open("mia", 0)
		link := w.Nodes()[0].Link
		link.LoseAnswers(2)
		text := w.says(mia, "chat")
		w.pass(5 * time.Second)
		if !mia.Idle() || !mia.Got(text) || link.Did().Lost != 2 {
			w.t.Errorf("answered: %v, seen: %v, answers lost: %d", mia.Idle(), mia.Got(text), link.Did().Lost)
		}
	})
}

// TestStuckReaderHoldsUpNobody lets a page read nothing for long: it is closed,
// comes back and misses nothing, and the others notice nothing.
func TestStuckReaderHoldsUpNobody(t *testing.T) {
	story(t, 1, func(w *world) {
		mia, vic, val := w.open("mia", 0), w.open("vic", 0), w.open("val", 0)
		vic.Stick(true)
		for range 13 {
			text := w.says(mia, "chat")
			w.pass(time.Second)
			if !val.Got(text) {
				w.t.Fatal("somebody else had to wait")
			}
		}
		vic.Stick(false)
		w.pass(2 * time.Second)
		if vic.Closed() == 0 || vic.Resets() != 0 {
			w.t.Errorf("the stuck page was closed with %d and started afresh %d times", vic.Closed(), vic.Resets())
		}
	})
}

// TestRightsComeBeforeWhatTheyShow lets a node learn of a promotion and of a
// whisper after it in the same breath: the page must hear of its rights first.
func TestRightsComeBeforeWhatTheyShow(t *testing.T) {
	story(t, 2, func(w *world) {
		mia, vic := w.open("mia", 0), w.open("vic", 1)
		link := w.Nodes()[1].Link
		link.Set(sim.Faults{Frozen: true})
		w.setRole(mia, "vic", protocol.Speaker)
		text := w.says(mia, "whisper")
		w.pass(time.Second)
		link.Set(sim.Faults{})
		w.pass(3 * time.Second)
		if !vic.Got(text) {
			w.t.Error("vic did not get the whisper")
		}
	})
}

// TestRewindLeavesNoGhosts rewinds to when sue was here and vic was not. Only
// what changes is told from beat to beat, so the nodes must notice.
func TestRewindLeavesNoGhosts(t *testing.T) {
	for name, speak := range map[string]bool{"with lost entries": true, "with lost presence only": false} {
		t.Run(name, func(t *testing.T) {
			story(t, 2, func(w *world) {
				mia, sue := w.open("mia", 0), w.open("sue", 1)
				w.pass(3 * time.Second)
				before := w.copy()
				if speak {
					w.says(mia, "chat")
				}
				sue.Leave()
				w.open("vic", 1)
				w.pass(3 * time.Second)
				w.rewind(before)
				w.pass(3 * time.Second)
			})
		})
	}
}

// TestRewindSendsNobodyAway rewinds under slow links: while the nodes read the
// log anew, which takes seconds, their people stay, and then start afresh.
func TestRewindSendsNobodyAway(t *testing.T) {
	story(t, 2, func(w *world) {
		mia, vic := w.open("mia", 0), w.open("vic", 1)
		w.pass(15 * time.Second)
		before := w.copy()
		w.says(mia, "chat")
		w.pass(time.Second)
		for _, n := range w.Nodes() {
			n.Link.Set(sim.Faults{Delay: 400 * time.Millisecond})
		}
		w.pass(2 * time.Second)
		w.rewind(before)
		w.pass(8 * time.Second)
		for _, p := range []*sim.Page{mia, vic} {
			if p.Closed() != 0 || p.Resets() != 1 {
				w.t.Errorf("%s was closed with %d and started afresh %d times", p.Name, p.Closed(), p.Resets())
			}
		}
	})
}

// TestNothingIsRefusedThatMayBeDone loses the answer to a whisper, demotes its
// author, and takes the store away when the page repeats it: the node can't know
// whether it was done, and must not say that it wasn't.
func TestNothingIsRefusedThatMayBeDone(t *testing.T) {
	story(t, 2, func(w *world) {
		mia, moe := w.open("mia", 1), w.open("moe", 0)
		link := w.Nodes()[0].Link
		link.LoseAnswers(1)
		w.says(moe, "whisper")
		w.pass(50 * time.Millisecond)
		w.setRole(mia, "moe", protocol.Viewer)
		link.Set(sim.Faults{CallsFrozen: true})
		w.pass(2 * time.Second)
		link.Set(sim.Faults{})
		w.pass(5 * time.Second)
		if link.Did().Lost != 1 || !moe.Idle() {
			w.t.Errorf("answers lost: %d, answered: %v", link.Did().Lost, moe.Idle())
		}
	})
}

// deaf is a replica that takes no notice.
type deaf struct{}

func (deaf) Apply(roomlog.Entry) {}
func (deaf) Gauge(string)        {}
func (deaf) Checked(time.Time)   {}
func (deaf) Reload(context.Context) (roomlog.Position, error) {
	return roomlog.Position{}, errors.New("no")
}

// TestLeaseBeginsBeforeTheQuestion lets the store answer late, and then never:
// the lease counts from when the node asked.
func TestLeaseBeginsBeforeTheQuestion(t *testing.T) {
	const away = 450 * time.Millisecond
	for phase := range 10 {
		story(t, 1, func(w *world) {
			link := w.Nodes()[0].Link
			store := roomlog.Over(link.Dial)
			defer store.Close()
			ctx, cancel := context.WithCancel(w.t.Context())
			defer cancel()
			f, err := store.Follow(ctx, store.Listen(ctx, "watcher"), sim.Room, roomlog.Position{}, deaf{})
			if err != nil {
				w.t.Fatal(err)
			}
			link.Set(sim.Faults{Delay: away})
			w.pass(5*time.Second + time.Duration(phase)*100*time.Millisecond)
			if !f.Fresh() {
				w.t.Error("not fresh under a slow link")
			}
			link.Set(sim.Faults{CallsFrozen: true})
			w.pass(roomlog.Lease - 2*away + time.Millisecond)
			if f.Fresh() {
				w.t.Error("fresh for longer than a lease since the last question that was answered")
			}
		})
	}
}

// TestCallIsTriedOnce loses the answer to a commit that nobody can repeat
// harmlessly: the client of Redis must not do so by itself.
func TestCallIsTriedOnce(t *testing.T) {
	story(t, 1, func(w *world) {
		w.open("mia", 0)
		link := w.Nodes()[0].Link
		before, err := w.Log(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		link.LoseAnswers(1)
		_, err = roomlog.Over(link.Dial).Commit(w.t.Context(), roomlog.Command{Room: sim.Room, Kind: "from_the_system", Body: []byte("{}")})
		if e, ok := protocol.AsError(err); !ok || e.Code != protocol.Unavailable {
			w.t.Errorf("a lost answer gave %v", err)
		}
		after, err := w.Log(w.t.Context())
		if err != nil || len(after) != len(before)+1 {
			w.t.Errorf("%d entries were written, %v", len(after)-len(before), err)
		}
	})
}

// TestPlaceInALostLogIsNoPlace lets a page come back, after a rewind, to a place
// that another entry has taken since.
func TestPlaceInALostLogIsNoPlace(t *testing.T) {
	for name, more := range map[string]int{"the very place is taken": 1, "and the log went on": 3} {
		t.Run(name, func(t *testing.T) {
			story(t, 2, func(w *world) {
				mia, vic := w.open("mia", 0), w.open("vic", 1)
				w.says(mia, "chat")
				w.pass(time.Second)
				before := w.copy()
				w.says(mia, "chat")
				w.pass(time.Second)
				w.Kill(w.Nodes()[1])
				w.rewind(before)
				w.pass(50 * time.Millisecond)
				for range more {
					if _, err := w.Store.Commit(w.t.Context(), roomlog.Command{Room: sim.Room, Client: "other", Actor: "val",
						Allowed: []protocol.Role{protocol.Viewer}, Kind: "chat",
						Body: []byte(`{"from":{"id":"val","name":"val","role":"viewer"},"text":"` + w.Text("chat", "val") + `"}`)}); err != nil {
						w.t.Fatal(err)
					}
				}
				w.pass(5 * time.Second)
				if vic.Resets() != 1 {
					w.t.Errorf("vic started afresh %d times", vic.Resets())
				}
			})
		})
	}
}
