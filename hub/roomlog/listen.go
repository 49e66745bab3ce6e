package roomlog

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// How a Listener finds out that its subscription is dead: it publishes to
// itself every probeEvery, and hearing nothing for deafAfter it starts anew. A
// dead link gives no error by itself.
const (
	probeEvery = time.Second
	deafAfter  = 3 * time.Second
)

// Listener is one node's subscription to the channels of the rooms that it has
// people in.
type Listener struct {
	store *Store
	node  string
	ended <-chan struct{} // closed when nothing is heard any more

	// changes is held while subscriptions change, which blocks for Redis, so
	// that they change in the order in which ears come and go.
	changes sync.Mutex
	sub     *redis.PubSub // replaced by run alone, under changes

	mu   sync.Mutex      // guards the following; what is heard waits for it
	ears map[string]*ear // by channel
}

// ear is who hears one channel. hear must not block.
type ear struct {
	channel string
	hear    func(message string)
}

// Listen starts a listener that lives until ctx ends.
func (s *Store) Listen(ctx context.Context, node string) *Listener {
	l := &Listener{store: s, node: node, ended: ctx.Done(), ears: map[string]*ear{}}
	l.sub = s.Redis.Subscribe(ctx, s.probe(node))
	go l.run(ctx)      // stops with ctx
	go l.probeAll(ctx) // stops with ctx
	return l
}

// Hear hands every message on a channel of no room to hear, which must not
// block, as long as the listener lives. An empty message means that some may
// have been missed. Where the store is away it begins when that is back.
func (l *Listener) Hear(ctx context.Context, channel string, hear func(message string)) {
	_ = l.add(ctx, &ear{channel, hear})
}

// add lets e hear every message on its channel. An empty message means that some
// may have been missed. It doesn't wait for Redis to confirm: the first tip
// check closes that gap. After an error e hears once the subscription is
// rebuilt, unless it is removed.
func (l *Listener) add(ctx context.Context, e *ear) error {
	l.changes.Lock()
	defer l.changes.Unlock()
	l.mu.Lock()
	l.ears[e.channel] = e
	l.mu.Unlock()
	return l.sub.Subscribe(ctx, e.channel)
}

// remove ends what add began, unless another follower has the channel by now: a
// room that was closed may be open again before its old follower has ended.
func (l *Listener) remove(ctx context.Context, e *ear) {
	select {
	case <-l.ended: // and the subscription with it, which may be waiting for Redis
		return
	default:
	}
	l.changes.Lock()
	defer l.changes.Unlock()
	if !l.forget(e) {
		return
	}
	_ = l.sub.Unsubscribe(ctx, e.channel) // a dead subscription is rebuilt from ears
}

func (l *Listener) forget(e *ear) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ears[e.channel] != e {
		return false
	}
	delete(l.ears, e.channel)
	return true
}

func (l *Listener) run(ctx context.Context) {
	for ctx.Err() == nil {
		l.receive(ctx)
		l.rebuild(ctx)
	}
	l.changes.Lock()
	defer l.changes.Unlock()
	l.sub.Close()
}

// receive hands out messages until the subscription fails or goes deaf.
func (l *Listener) receive(ctx context.Context) {
	for {
		msg, err := l.sub.ReceiveTimeout(ctx, deafAfter)
		if err != nil {
			return
		}
		switch m := msg.(type) {
		case *redis.Message:
			l.tell(m.Channel, m.Payload)
		case *redis.Subscription:
			// The library reconnects by itself and says so only this way.
			if m.Kind == "subscribe" {
				l.tell(m.Channel, "")
			}
		}
	}
}

func (l *Listener) tell(channel, message string) {
	l.mu.Lock()
	e := l.ears[channel]
	l.mu.Unlock()
	if e != nil {
		e.hear(message)
	}
}

// rebuild starts a new subscription to everything. It waits a little where the
// store is away, so as not to spin.
func (l *Listener) rebuild(ctx context.Context) {
	timer := time.NewTimer(200 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-timer.C:
	}
	l.changes.Lock()
	defer l.changes.Unlock()
	l.sub.Close()
	ears := l.all()
	channels := []string{l.store.probe(l.node)}
	for _, e := range ears {
		channels = append(channels, e.channel)
	}
	l.sub = l.store.Redis.Subscribe(ctx, channels...)
	for _, e := range ears {
		e.hear("")
	}
}

func (l *Listener) all() []*ear {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.ears))
}

func (l *Listener) probeAll(ctx context.Context) {
	ticker := time.NewTicker(probeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = l.store.Redis.Publish(ctx, l.store.probe(l.node), "probe").Err() // silence is what tells
		}
	}
}
