package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"greenroom/hub/roomlog"
)

// Gathering says who comes.
type Gathering struct {
	People  int
	Talkers int           // of them; 0: all
	Every   time.Duration // how often a talker speaks; 0: as fast as it is answered
	Each    int           // how many messages each talker has; 0: until Hush
	Pad     int           // bytes that each message has at least
	Room    string        // empty: a new one
}

// Crowd is many people in one room.
type Crowd struct {
	Room    string
	Manager *Person
	People  []*Person
	Trimmed bool // the log's beginning is gone: only its end can be compared

	t       testing.TB
	cluster *Cluster
	total   atomic.Int64 // accepted messages
	unsure  atomic.Int64
	quiet   chan struct{}
	ctx     context.Context // ends when they leave
	cancel  context.CancelFunc
	talking sync.WaitGroup
	living  sync.WaitGroup
}

// Gather brings everybody in, waits until they are there, and lets them talk.
func (c *Cluster) Gather(g Gathering) *Crowd {
	c.t.Helper()
	admin := c.Admin()
	w := &Crowd{t: c.t, cluster: c, Room: g.Room, quiet: make(chan struct{})}
	if w.Room == "" {
		w.Room = c.OpenRoom(admin)
	}
	ctx, cancel := context.WithTimeout(c.t.Context(), 6*time.Minute)
	w.ctx, w.cancel = ctx, cancel
	c.t.Cleanup(w.Leave)
	w.enter(g.People)
	w.Manager = c.Person(admin, w.Room, "manager", 0)
	var here sync.WaitGroup
	for _, p := range append([]*Person{w.Manager}, w.People...) {
		here.Add(1)
		p.here = here.Done
		w.living.Go(func() { p.Live(ctx) })
	}
	all := make(chan struct{})
	go func() { // stops when everybody is here, or the test has failed and they leave
		here.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(5 * time.Minute):
		c.t.Fatalf("not everybody came in\n%s", c.Complaints())
	}
	talkers := g.Talkers
	if talkers == 0 {
		talkers = g.People
	}
	for _, p := range w.People[:talkers] {
		w.talking.Go(func() { w.talk(ctx, p, g) })
	}
	return w
}

// enter makes n people up, some at a time.
func (w *Crowd) enter(n int) {
	w.t.Helper()
	w.People = make([]*Person, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	slots := make(chan struct{}, 32)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			w.People[i], errs[i] = w.cluster.Enter(w.Room, fmt.Sprint("t", i), i)
			<-slots
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		w.t.Fatal(err)
	}
}

// talk says one message after the other is accepted.
func (w *Crowd) talk(ctx context.Context, p *Person, g Gathering) {
	for n := 1; g.Each == 0 || n <= g.Each; n++ {
		timer := time.NewTimer(time.Duration(rand.Float64() * 2 * float64(g.Every)))
		select {
		case <-w.quiet:
			timer.Stop()
			return
		case <-timer.C:
		}
		text := fmt.Sprint(p.Name, " ", n)
		text += strings.Repeat(".", max(0, g.Pad-len(text)))
		err := p.Say(ctx, fmt.Sprint(text, " ", time.Now().UnixNano()))
		switch {
		case errors.Is(err, ErrUncertain):
			w.unsure.Add(1)
		case err != nil && p.View().Ended == 0 && w.t.Context().Err() == nil:
			w.t.Error(err)
			return
		case err != nil:
			return
		default:
			w.total.Add(1)
		}
	}
}

// Accepted is how many messages were accepted up to now.
func (w *Crowd) Accepted() int64 { return w.total.Load() }

// Reached waits until so many messages were accepted.
func (w *Crowd) Reached(n int64) {
	w.t.Helper()
	Eventually(w.t, fmt.Sprint(n, " messages"), func() error {
		if got := w.total.Load(); got < n {
			return fmt.Errorf("%d so far\n%s", got, w.cluster.Complaints())
		}
		return nil
	})
}

// Alive waits until n messages more are accepted, and returns how long that took.
func (w *Crowd) Alive(n int64) time.Duration {
	w.t.Helper()
	began := time.Now()
	w.Reached(w.total.Load() + n)
	return time.Since(began)
}

// Hush lets nobody say anything new, and waits until all has been answered.
func (w *Crowd) Hush() {
	select {
	case <-w.quiet:
	default:
		close(w.quiet)
	}
	w.talking.Wait()
}

// Join brings somebody in later.
func (w *Crowd) Join(p *Person) {
	w.t.Helper()
	here := make(chan struct{})
	p.here = func() { close(here) }
	w.living.Go(func() { p.Live(w.ctx) })
	select {
	case <-here:
	case <-time.After(time.Minute):
		w.t.Fatalf("%s didn't come in\n%s", p.Name, w.cluster.Complaints())
	}
	p.late = true
	w.People = append(w.People, p)
}

// Without leaves somebody out of what is checked, such as who was removed.
func (w *Crowd) Without(p *Person) {
	w.People = slices.DeleteFunc(w.People, func(x *Person) bool { return x == p })
}

// Leave ends all connections.
func (w *Crowd) Leave() {
	w.cancel()
	w.Hush()
	w.living.Wait()
}

// Chat returns the ids and texts of the room's chat, as its log has it.
func (w *Crowd) Chat() (ids, texts []string) {
	w.t.Helper()
	store := w.cluster.Open()
	ctx := context.Background()
	after := roomlog.Position{}
	if snap, ok, err := store.LoadSnapshot(ctx, w.Room); err == nil && ok {
		if _, err := store.Read(ctx, w.Room, after, 1); errors.Is(err, roomlog.ErrFork) {
			after = snap.Position // trimmed: what remains is from there
		}
	}
	entries, err := store.Read(ctx, w.Room, after, 1_000_000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Kind == "chat" {
			ids = append(ids, e.ID)
			_, text, _ := strings.Cut(string(e.Body), `"text":"`)
			texts = append(texts, strings.TrimSuffix(text, `"}`))
		}
	}
	return ids, texts
}

// Found is what Check found in a crowd's views and the log.
type Found struct {
	Accepted int // messages
	Lost     int // of them: not in the log, and reported by a reset
	Unsure   int
	Reset    int // people who had to start afresh
	Moved    int // people who lost a connection
	Entries  int // of the chat, in the log
	Away     []time.Duration
	Delays   []time.Duration
	Closes   map[int]int
}

// Check ends the talk, waits until everybody is up to date, and holds what each
// person saw against the log: each entry once and in order; each accepted message in the
// log once, or its author told by a reset that came after; no word of the staff
// to whoever isn't.
func (w *Crowd) Check() Found {
	w.t.Helper()
	w.Hush()
	ids, texts := w.Chat()
	w.settle(ids)
	f := Found{Unsure: int(w.unsure.Load()), Entries: len(ids), Closes: map[int]int{}}
	said := map[string]int{}
	for _, text := range texts {
		if said[text]++; said[text] == 2 {
			w.t.Errorf("%q stands in the log more than once", text)
		}
	}
	wrong := 0
	for _, p := range w.People {
		v := p.View()
		if why := compare(v, ids, p.late, w.Trimmed); why != "" {
			if wrong++; wrong <= 5 {
				w.t.Errorf("%s: %s; reset %d times, connected %d times", p.Name, why, len(v.Resets), v.Connects)
			}
		}
		f.add(v)
		for _, a := range v.Acks {
			if said[a.Text] == 1 || w.Trimmed {
				continue
			}
			f.Lost++
			if len(v.Resets) == 0 || v.Resets[len(v.Resets)-1].Before(a.At) {
				w.t.Errorf("%q was accepted, isn't in the log, and nobody was told", a.Text)
			}
		}
	}
	if wrong > 5 {
		w.t.Errorf("and %d others saw something else than the log", wrong-5)
	}
	return f
}

// compare holds one view against the log: the whole of it or, after a reset or
// of somebody who came late, its end.
func compare(v View, log []string, late, trimmed bool) string {
	if len(v.Resets) == 0 && !late && !trimmed && len(v.Chat) != len(log) {
		return fmt.Sprintf("saw %d entries, the log has %d", len(v.Chat), len(log))
	}
	if trimmed {
		v.Chat = v.Chat[max(0, len(v.Chat)-len(log)):]
	}
	if len(v.Chat) > len(log) {
		return fmt.Sprintf("saw %d entries, the log has only %d", len(v.Chat), len(log))
	}
	tail := log[len(log)-len(v.Chat):]
	for i, id := range v.Chat {
		if id != tail[i] {
			return fmt.Sprintf("saw %s where the log has %s, %d before its end", id, tail[i], len(tail)-i)
		}
	}
	if v.Leaks > 0 {
		return fmt.Sprintf("saw %d of the staff's words without a right to", v.Leaks)
	}
	return ""
}

func (f *Found) add(v View) {
	f.Accepted += len(v.Acks)
	if len(v.Resets) > 0 {
		f.Reset++
	}
	if len(v.Away) > 0 {
		f.Moved++
	}
	f.Away = append(f.Away, v.Away...)
	f.Delays = append(f.Delays, v.Delays...)
	for code, n := range v.Closes {
		f.Closes[code] += n
	}
}

// settle waits until everybody has the log's last message.
func (w *Crowd) settle(ids []string) {
	w.t.Helper()
	if len(ids) == 0 {
		return
	}
	Eventually(w.t, "everybody is up to date", func() error {
		behind, one := 0, ""
		for _, p := range w.People {
			if id, n := p.Last(); id != ids[len(ids)-1] || !p.Open() {
				behind++
				one = fmt.Sprintf("%s has %d of %d, connected: %v", p.Name, n, len(ids), p.Open())
			}
		}
		if behind > 0 {
			return fmt.Errorf("%d are not, such as %s\n%s", behind, one, w.cluster.Complaints())
		}
		return nil
	})
}

// Percentile is the qth (0 to 1) of some durations; 0 where there are none.
func Percentile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
