// Package load puts a crowd of real connections on a running Greenroom and
// measures what it does: how long messages take, what a delivery, a join and
// an idle viewer cost the server, and whether anything is lost or doubled. It
// can measure a bare loop of write(2) in the same run, so that the figures can
// be read on any machine.
//
// It knows the server from outside alone: its API, its socket and its metrics.
// Package cmd runs it.
package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Config is one run.
type Config struct {
	URL      string        // the server
	Conns    int           // viewers
	JoinRate float64       // joins a second; 0: as fast as it goes
	Rate     float64       // messages a second; 0: none, the viewers stay idle
	Burst    int           // messages sent together
	Duration time.Duration // how long messages are sent
	Size     int           // bytes of a message's text
	Ops      string        // the server's second listener; empty: its CPU and memory stay unknown
	Room     string        // an open room that anyone may enter; empty: the manager makes one
	Email    string        // the manager
	Password string
	JSON     bool     // print one line of JSON instead of a table
	Floor    []string // the program, with arguments, that calls ServeFloor; nil: no floor

	settle time.Duration // between two looks at an idle server's memory; 0: a second
}

// Limits of a run, so that a slip of the finger stays harmless.
const (
	mostConns    = 200_000
	mostMessages = 1_000_000
	leastSize    = 64   // the mark and the time stamp need them
	mostSize     = 2000 // of a chat message
)

func (c *Config) check() error {
	switch {
	case c.Conns < 1 || c.Conns > mostConns:
		return fmt.Errorf("-n must be from 1 to %d", mostConns)
	case c.Size < leastSize || c.Size > mostSize:
		return fmt.Errorf("-size must be from %d to %d", leastSize, mostSize)
	case c.Rate < 0 || c.JoinRate < 0 || c.Burst < 1 || c.Duration < 0:
		return errors.New("-rate, -join-rate and -duration can't be negative, and -burst must be 1 or more")
	case c.total() > mostMessages:
		return fmt.Errorf("-rate and -duration ask for %d messages; the most is %d", c.total(), mostMessages)
	case c.total() > 0 && c.senders() > c.Conns:
		return fmt.Errorf("a person may write 20 messages in 10 seconds, so this -rate and -burst need -n %d", c.senders())
	case c.Room == "" && (c.Email == "" || c.Password == ""):
		return errors.New("give -room, an open room that anyone may enter, or -email and a password to make one")
	}
	if c.settle == 0 {
		c.settle = time.Second
	}
	return nil
}

func (c *Config) total() int { return int(c.Rate * c.Duration.Seconds()) }

func (c *Config) senders() int { return sendersFor(c.Rate, c.Burst, c.total()) }

// ErrUnclean says that the figures are there but that something went wrong.
var ErrUnclean = errors.New("the run was not clean")

// Run does what c says and prints the figures on out. It says on progress what
// it is doing. The error is ErrUnclean where messages were lost, doubled or
// refused, or viewers didn't get in or fell out.
func Run(ctx context.Context, c Config, out, progress io.Writer) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := raiseFiles(c.Conns); err != nil {
		return err
	}
	s, err := newSite(c)
	if err != nil {
		return err
	}
	if err := s.prepare(ctx, c.Email, c.Password); err != nil {
		return errors.Join(err, s.clear(context.WithoutCancel(ctx)))
	}
	r := report{}
	r.Greenroom, err = c.measure(ctx, s, progress)
	if err = errors.Join(err, s.clear(context.WithoutCancel(ctx))); err != nil {
		return err
	}
	if c.Floor != nil {
		fmt.Fprintln(progress, "the floor: the same with a bare loop of write(2)")
		if r.Floor, err = c.measureFloor(ctx, progress); err != nil {
			return err
		}
		r.Ratio = ratioOf(r.Greenroom, r.Floor)
	}
	if c.JSON {
		err = json.NewEncoder(out).Encode(r)
	} else {
		err = r.print(out)
	}
	if err == nil && !r.Greenroom.clean() {
		err = fmt.Errorf("%w: %s", ErrUnclean, r.Greenroom.Trouble)
	}
	return err
}

func (c *Config) measureFloor(ctx context.Context, progress io.Writer) (*Figures, error) {
	f, err := startFloor(ctx, c.Floor)
	if err != nil {
		return nil, err
	}
	defer f.stop()
	return c.measure(ctx, f, progress)
}

// measure takes one target through its phases: join, idle, messages.
func (c *Config) measure(ctx context.Context, t target, progress io.Writer) (*Figures, error) {
	crowd := newCrowd(t)
	defer crowd.leave()
	f := &Figures{}
	_, before, err := c.settleDown(ctx, t)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(progress, "joining: %d\n", c.Conns)
	start := time.Now()
	if err := crowd.join(ctx, c.Conns, c.JoinRate); err != nil {
		return nil, err
	}
	f.Connections = len(crowd.joined())
	f.JoinsPerSecond = float64(f.Connections) / time.Since(start).Seconds()
	joined, err := t.sample(ctx)
	if err != nil {
		return nil, err
	}
	f.CPUPerJoin = perMicros(joined.cpu-before.cpu, f.Connections, joined.known)
	fmt.Fprintln(progress, "idle: until memory settles")
	first, last, err := c.settleDown(ctx, t)
	if err != nil {
		return nil, err
	}
	f.idle(before, first, last)
	if c.total() > 0 {
		fmt.Fprintf(progress, "messages: %d in bursts of %d, %g a second\n", c.total(), c.Burst, c.Rate)
		if err := c.rain(ctx, crowd, f); err != nil {
			return nil, err
		}
	}
	f.trouble(crowd)
	return f, nil
}

// settleDown waits until the memory of a server keeps still, and returns what
// it was at the beginning and the end of that.
func (c *Config) settleDown(ctx context.Context, t target) (first, last sample, err error) {
	if err := t.collect(ctx); err != nil {
		return first, last, err
	}
	if first, err = t.sample(ctx); err != nil || !first.known {
		return first, first, err
	}
	tick := time.NewTicker(c.settle)
	defer tick.Stop()
	last = first
	for still, looks := 0, 0; still < 4 && looks < 20; looks++ {
		select {
		case <-ctx.Done():
			return first, last, ctx.Err()
		case <-tick.C:
		}
		now, err := t.sample(ctx)
		if err != nil {
			return first, last, err
		}
		still++
		if change := now.resident - last.resident; max(change, -change) > last.resident/100 {
			still = 0
		}
		last = now
	}
	return first, last, nil
}

// rain sends the messages and notes what came of them.
func (c *Config) rain(ctx context.Context, crowd *crowd, f *Figures) error {
	senders := c.senders()
	for n, v := range crowd.viewers[:senders] {
		if v == nil {
			return fmt.Errorf("viewer %d was to send, but didn't get in", n)
		}
	}
	s := newStorm(senders, c.total(), c.Size)
	crowd.storm.Store(s)
	before, err := crowd.target.sample(ctx)
	if err != nil {
		return err
	}
	own, start := ownCPU(), time.Now()
	sent, err := s.rain(ctx, crowd, c.total(), c.Rate, c.Burst)
	if err != nil {
		return err
	}
	s.drain(ctx, sent, f.Connections)
	took := time.Since(start)
	own = ownCPU() - own
	after, err := crowd.target.sample(ctx)
	if err != nil {
		return err
	}
	f.messages(s, sent, took)
	f.CPUPerDelivery = perMicros(after.cpu-before.cpu, f.Deliveries, after.known)
	f.GeneratorCPUPerDelivery = perMicros(own, f.Deliveries, true)
	return ctx.Err()
}

// perMicros is d in µs for each of n.
func perMicros(d time.Duration, n int, known bool) float64 {
	if n == 0 || !known {
		return 0
	}
	return float64(d.Nanoseconds()) / 1000 / float64(n)
}
