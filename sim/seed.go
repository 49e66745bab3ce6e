package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"greenroom/check"
	"greenroom/hub/protocol"
)

// Shape of a run.
const (
	steps   = 40
	settle  = 16 * time.Second // after the last fault, until presence must be right
	alive   = 5 * time.Second  // in which a command must be answered when all is well
	longest = 1500 * time.Millisecond
)

// Run lets a seed decide what happens in a new world, and returns what happened
// and what was wrong with it. It must run inside a bubble.
//
// The seed fixes the steps, their times in virtual time, and what each link does
// to each message that passes. It does not fix what Go's scheduler, its maps and
// its selects choose among things that happen at the same instant, nor random
// ids: a failure that hangs on these may need some runs to come again.
func Run(ctx context.Context, seed uint64) (plan, faults []string) {
	rnd := rand.New(rand.NewPCG(seed, 0))
	w, err := New(ctx, seed, 2+rnd.IntN(2))
	if err != nil {
		w.Close()
		return nil, []string{err.Error()}
	}
	defer w.Close()
	d := &director{World: w, ctx: ctx, rnd: rnd, began: time.Now()}
	d.open("mia")
	for _, who := range []string{"moe", "sue", "vic", "val", "sue"}[:3+rnd.IntN(3)] {
		d.open(who)
	}
	pause(100 * time.Millisecond)
	for range steps {
		d.step()
		pause(time.Duration(rnd.Int64N(int64(longest))))
	}
	if err := d.finish(); err != nil {
		d.note("%v", err)
		return d.plan, append([]string{err.Error()}, check.Faults(w.History)...)
	}
	return d.plan, check.Faults(w.History)
}

// director decides what happens next.
type director struct {
	*World
	ctx   context.Context
	rnd   *rand.Rand
	began time.Time
	plan  []string
	copy  *Copy // of the room, to be put back
	errs  []error
}

func (d *director) note(format string, args ...any) {
	d.plan = append(d.plan, fmt.Sprintf("%8.3fs ", time.Since(d.began).Seconds())+fmt.Sprintf(format, args...))
}

// choice is something that may happen, and how often it does.
type choice struct {
	weight int
	do     func(*director)
}

var choices = []choice{
	{26, (*director).chat},
	{22, (*director).whisper},
	{5, (*director).ask},
	{3, (*director).history},
	{14, (*director).flip},
	{3, (*director).showOut},
	{2, (*director).mute},
	{9, (*director).spoil},
	{5, (*director).freeze},
	{3, (*director).trickle},
	{4, (*director).cut},
	{6, (*director).loseAnswers},
	{6, (*director).cutPage},
	{3, (*director).movePage},
	{2, (*director).stickPage},
	{3, (*director).come},
	{2, (*director).go_},
	{1, (*director).crash},
	{2, (*director).rewind},
}

func (d *director) step() {
	sum := 0
	for _, c := range choices {
		sum += c.weight
	}
	n := d.rnd.IntN(sum)
	for _, c := range choices {
		if n -= c.weight; n < 0 {
			c.do(d)
			return
		}
	}
}

func (d *director) open(who string) *Page {
	p := d.Open(who, d.rnd.IntN(3))
	d.note("%s opens", p.Name)
	return p
}

func (d *director) page() *Page {
	pages := d.Pages()
	if len(pages) == 0 {
		return d.open("mia")
	}
	return pages[d.rnd.IntN(len(pages))]
}

// of returns a page whose person has at least this role, or any.
func (d *director) of(least protocol.Role) *Page {
	pages := slices.DeleteFunc(d.Pages(), func(p *Page) bool { return p.Is() < least })
	if len(pages) == 0 || d.rnd.IntN(10) == 0 {
		return d.page()
	}
	return pages[d.rnd.IntN(len(pages))]
}

func (d *director) node() (*Node, int) {
	nodes := d.Nodes()
	n := d.rnd.IntN(len(nodes))
	return nodes[n], n
}

func (d *director) do(p *Page, kind string, with map[string]any) {
	if p.Do(kind, with) {
		d.note("%s: %s %v", p.Name, kind, with)
	}
}

func (d *director) chat() {
	p := d.page()
	d.do(p, "chat", map[string]any{"text": d.Text("chat", p.Name)})
}

func (d *director) whisper() {
	p := d.of(protocol.Speaker)
	d.do(p, "whisper", map[string]any{"text": d.Text("whisper", p.Name)})
}

func (d *director) ask() {
	p := d.page()
	d.do(p, "ask", map[string]any{"text": d.Text("ask", p.Name)})
}

func (d *director) history() {
	p := d.page()
	p.mu.Lock()
	before := p.cursor
	p.mu.Unlock()
	d.do(p, "history", map[string]any{"channel": []string{"chat", "backchannel"}[d.rnd.IntN(2)], "before": before})
}

// others are those whose role changes. mia stays the manager.
var others = []string{"moe", "sue", "vic", "val"}

func (d *director) somebody() string { return others[d.rnd.IntN(len(others))] }

func (d *director) flip() {
	role := protocol.Role(1 + d.rnd.IntN(3))
	if d.rnd.IntN(12) == 0 {
		role = protocol.Manager
	}
	d.do(d.of(protocol.Manager), "set_role", map[string]any{"participant": d.somebody(), "role": role})
}

func (d *director) showOut() {
	d.do(d.of(protocol.Manager), []string{"remove", "readmit"}[d.rnd.IntN(2)], map[string]any{"participant": d.somebody()})
}

func (d *director) mute() {
	p, who := d.of(protocol.Moderator), d.somebody()
	if d.rnd.IntN(2) == 0 {
		d.do(p, "unmute", map[string]any{"participant": who})
		return
	}
	d.do(p, "mute", map[string]any{"participant": who, "minutes": d.rnd.IntN(2)})
}

// later undoes a fault after a while.
func (d *director) later(n *Node, name string, i int) {
	after := time.Duration(d.rnd.Int64N(int64(20 * time.Second)))
	if d.rnd.IntN(2) == 0 {
		after /= 10
	}
	d.note("node %d: %s, for %v", i, name, after)
	time.AfterFunc(after, func() { n.Link.Set(Faults{}) })
}

func (d *director) spoil() {
	n, i := d.node()
	f := Faults{}
	switch d.rnd.IntN(5) {
	case 0:
		f.Drop = d.rnd.Float64()
	case 1:
		f.Double = d.rnd.Float64()
	case 2:
		f.Swap = d.rnd.Float64()
	case 3:
		f.Delay, f.Jitter = time.Duration(d.rnd.Int64N(3e8)), time.Duration(d.rnd.Int64N(5e8))
	case 4:
		f.Drop, f.Double, f.Swap, f.Jitter = 0.3, 0.3, 0.3, 50*time.Millisecond
	}
	n.Link.Set(f)
	d.later(n, fmt.Sprintf("%+v", f), i)
}

func (d *director) freeze() {
	n, i := d.node()
	f := Faults{Frozen: true}
	switch d.rnd.IntN(4) {
	case 0:
		f = Faults{CallsFrozen: true}
	case 1:
		f = Faults{HearsNothing: true}
	}
	n.Link.Set(f)
	d.later(n, fmt.Sprintf("%+v", f), i)
}

// trickle lets what is published come late, one by one, while nothing else
// passes: so a node hears of the past when its lease has long ended.
func (d *director) trickle() {
	n, i := d.node()
	n.Link.Set(Faults{CallsFrozen: true, Trickle: 2 * time.Second})
	d.later(n, "trickles", i)
}

func (d *director) cut() {
	n, i := d.node()
	subscriptions := d.rnd.IntN(2) == 0
	d.note("node %d: cut, subscriptions only: %v", i, subscriptions)
	n.Link.Cut(subscriptions)
}

func (d *director) loseAnswers() {
	n, i := d.node()
	count := 1 + d.rnd.IntN(2)
	d.note("node %d: loses %d answers", i, count)
	n.Link.LoseAnswers(count)
}

func (d *director) cutPage() {
	p := d.page()
	d.note("%s: cut", p.Name)
	p.Cut()
}

func (d *director) movePage() {
	p := d.page()
	d.note("%s: moves", p.Name)
	p.Move(d.rnd.IntN(3))
}

func (d *director) stickPage() {
	p := d.page()
	after := time.Duration(d.rnd.Int64N(int64(15 * time.Second)))
	d.note("%s: reads nothing for %v", p.Name, after)
	p.Stick(true)
	time.AfterFunc(after, func() { p.Stick(false) })
}

func (d *director) come() {
	if len(d.Pages()) < 6 {
		d.open([]string{"mia", "moe", "sue", "vic", "val"}[d.rnd.IntN(5)])
	}
}

func (d *director) go_() {
	if pages := d.Pages(); len(pages) > 2 {
		p := pages[d.rnd.IntN(len(pages))]
		d.note("%s: leaves", p.Name)
		p.Leave()
	}
}

func (d *director) crash() {
	n, i := d.node()
	d.note("node %d: crashes, another one starts", i)
	d.Start()
	d.Kill(n)
}

// rewind takes a copy of the store, and the next time puts it back.
func (d *director) rewind() {
	var err error
	if d.copy == nil {
		d.copy, err = d.Copy(d.ctx)
		d.note("the store is copied")
	} else {
		err = d.Rewind(d.ctx, d.copy)
		d.note("the store is rewound to entry %d", d.copy.tip)
		d.copy = nil
	}
	if err != nil {
		d.errs = append(d.errs, err)
	}
}

// finish takes all faults away, and wants everything to go on.
func (d *director) finish() error {
	for _, err := range d.errs {
		return err
	}
	d.note("all faults end")
	d.Heal()
	pause(settle)
	d.Heal() // what was to begin or end later has
	var mia *Page
	for _, p := range d.Pages() {
		if p.Person == "mia" {
			mia = p
		}
	}
	if mia == nil {
		mia = d.open("mia")
		pause(alive)
	}
	for _, p := range d.Pages() {
		if !p.Idle() {
			return fmt.Errorf("%s still waits for an answer", p.Name)
		}
		if _, in := p.In(); !in {
			return fmt.Errorf("%s is not in the room", p.Name)
		}
	}
	mia.Do("chat", map[string]any{"text": d.Text("chat", mia.Name)})
	pause(alive)
	if !mia.Idle() {
		return fmt.Errorf("%s is not answered, although all is well", mia.Name)
	}
	pause(time.Second)
	return d.Finish(d.ctx)
}
