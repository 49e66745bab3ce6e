package roomlog

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Lease is how long a replica may be shown after a tip check that it has
// caught up with, counted from before the check.
const Lease = 5 * time.Second

// tipEvery is how often an idle follower compares itself with the log.
const tipEvery = time.Second

// Replica is what a Follower keeps up to date. Its methods are called from the
// follower's goroutine alone, and must not block.
type Replica interface {
	// Apply takes the next entry. Entries come in order, without a gap.
	Apply(Entry)
	// Gauge takes a published message that is no entry.
	Gauge(message string)
	// Checked tells the store's clock, after each tip check that was reached.
	Checked(now time.Time)
	// Reload starts anew from the log as it is now, because it forked, and
	// returns where that is. It may block, and is tried again if it fails.
	Reload(ctx context.Context) (Position, error)
}

// Follower keeps one replica of one room up to date with the log.
type Follower struct {
	// Set at construction.
	store   *Store
	room    string
	replica Replica
	began   time.Time     // Fresh and StaleFor count from here
	woken   chan struct{} // holds one token while there is something to do

	// Owned by run.
	pos Position

	reached atomic.Uint64 // pos.Seq, for others
	fresh   atomic.Int64  // until when the replica may be shown, ns since began

	mu    sync.Mutex // guards the following
	inbox []string
	moved chan struct{} // closed and replaced whenever reached or fresh changes
}

// Follow starts keeping replica up to date from a position, until ctx ends.
func (s *Store) Follow(ctx context.Context, l *Listener, room string, from Position, replica Replica) (*Follower, error) {
	f := &Follower{store: s, room: room, replica: replica, began: time.Now(), pos: from,
		moved: make(chan struct{}), woken: make(chan struct{}, 1)}
	f.reached.Store(from.Seq)
	own := &ear{s.Keys(room).Channel(), f.hear}
	if err := l.add(ctx, own); err != nil {
		l.remove(ctx, own)
		return nil, err
	}
	go func() { // stops with ctx
		f.run(ctx)
		l.remove(context.WithoutCancel(ctx), own)
	}()
	return f, nil
}

// Fresh reports whether the replica may be shown now.
func (f *Follower) Fresh() bool { return int64(time.Since(f.began)) < f.fresh.Load() }

// StaleFor returns for how long the replica could not be shown; 0: it can.
func (f *Follower) StaleFor() time.Duration {
	return max(0, time.Since(f.began)-time.Duration(f.fresh.Load()))
}

// expire ends the lease now, so that StaleFor counts from now.
func (f *Follower) expire() {
	if now := int64(time.Since(f.began)); now < f.fresh.Load() {
		f.fresh.Store(now)
	}
}

// WaitFor blocks until the replica is fresh and has reached seq, or ctx ends.
func (f *Follower) WaitFor(ctx context.Context, seq uint64) error {
	for {
		f.mu.Lock()
		moved := f.moved
		f.mu.Unlock()
		if f.reached.Load() >= seq && f.Fresh() {
			return nil
		}
		f.wake()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

// hear takes what was published. It does not block.
func (f *Follower) hear(message string) {
	f.mu.Lock()
	f.inbox = append(f.inbox, message)
	f.mu.Unlock()
	f.wake()
}

func (f *Follower) wake() {
	select {
	case f.woken <- struct{}{}:
	default:
	}
}

func (f *Follower) run(ctx context.Context) {
	ticker := time.NewTicker(tipEvery)
	defer ticker.Stop()
	f.check(ctx)
	wall := time.Now().Round(0)
	mono := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.woken:
		case <-ticker.C:
			// The monotonic clock stands still while the machine sleeps.
			if slept := time.Now().Round(0).Sub(wall) - time.Since(mono); slept > time.Second || slept < -time.Second {
				f.expire()
			}
			wall, mono = time.Now().Round(0), time.Now()
			f.check(ctx)
		}
		f.drain(ctx)
		if !f.Fresh() {
			f.check(ctx)
		}
	}
}

// drain applies everything in the inbox. However many messages raise a doubt,
// one look at the log settles it.
func (f *Follower) drain(ctx context.Context) {
	f.mu.Lock()
	inbox := f.inbox
	f.inbox = nil
	f.mu.Unlock()
	doubt := false
	for _, message := range inbox {
		switch {
		case message == "":
			doubt = true
		case message[0] == 'e':
			doubt = !f.published(message[1:]) || doubt
		default:
			f.replica.Gauge(message)
		}
	}
	if doubt {
		f.check(ctx)
	}
}

// published takes an entry from the channel, which is only a hint: it counts
// where it is the very next one. It returns false where it is neither that nor
// the one that came last: then the log decides.
func (f *Follower) published(message string) bool {
	e, err := parsePublished(message)
	if err == nil && e.Seq == f.pos.Seq+1 && e.Prev == f.pos.ID {
		f.apply(e)
		return true
	}
	return err == nil && e.Position == f.pos
}

func (f *Follower) apply(e Entry) {
	f.replica.Apply(e)
	f.pos = e.Position
	f.reached.Store(e.Seq)
	f.announce()
}

func (f *Follower) announce() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.moved)
	f.moved = make(chan struct{})
}

// check compares the replica with the log, catches up, and renews the lease
// from before the comparison.
func (f *Follower) check(ctx context.Context) {
	asked := time.Since(f.began)
	tip, now, ok, err := f.store.Tip(ctx, f.room)
	if err != nil {
		return
	}
	if !ok || tip.Seq < f.pos.Seq || tip.Seq == f.pos.Seq && tip.ID != f.pos.ID {
		f.reload(ctx)
		return
	}
	if err := f.catchUp(ctx, tip); err != nil {
		if errors.Is(err, ErrFork) {
			f.reload(ctx)
		}
		return
	}
	f.fresh.Store(int64(asked + Lease))
	f.replica.Checked(now)
	f.announce()
}

func (f *Follower) catchUp(ctx context.Context, tip Position) error {
	for f.pos.Seq < tip.Seq {
		entries, err := f.store.Read(ctx, f.room, f.pos, page)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return ErrFork
		}
		for _, e := range entries {
			f.apply(e)
		}
	}
	return nil
}

// reload follows a forked log from its new beginning. Until that works the
// replica is not fresh.
func (f *Follower) reload(ctx context.Context) {
	f.expire()
	pos, err := f.replica.Reload(ctx)
	if err != nil {
		return
	}
	f.pos = pos
	f.reached.Store(pos.Seq)
	f.announce()
}
