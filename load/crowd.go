package load

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// atOnce is how many joins may be under way together.
const atOnce = 64

// target is what a crowd connects to: a Greenroom, or the floor.
type target interface {
	// connect opens the socket of the nth viewer and says hello on it. early is
	// what came with the answer.
	connect(ctx context.Context, n int) (c net.Conn, early []byte, err error)
	// say has the nth message of a sender told to all. It doesn't wait for the answer.
	say(c *crowd, s *storm, sender, n int, text []byte) error
	// sample tells what the server has used up to now.
	sample(ctx context.Context) (sample, error)
	// collect asks for a collection of garbage, where there is any.
	collect(ctx context.Context) error
}

// crowd is many viewers of one target.
type crowd struct {
	// Set at construction.
	target target
	start  time.Time

	viewers []*viewer // by number; nil where the join failed; fixed after join
	readers sync.WaitGroup
	storm   atomic.Pointer[storm]

	mu      sync.Mutex // guards the following
	leaving bool
	closed  int // by the server
	failed  int
	why     error // the first failure
}

func newCrowd(t target) *crowd { return &crowd{target: t, start: time.Now()} }

// now is the clock that messages carry.
func (c *crowd) now() time.Duration { return time.Since(c.start) }

// join brings n viewers in, so many per second and as fast as it goes at 0.
// Those that fail are counted; it gives up where the first ones all do.
func (c *crowd) join(ctx context.Context, n int, perSecond float64) error {
	c.viewers = make([]*viewer, n)
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	slots := make(chan struct{}, atOnce)
	var joins sync.WaitGroup
	defer joins.Wait()
	for i := range n {
		if perSecond > 0 {
			timer.Reset(time.Until(start.Add(time.Duration(float64(i) / perSecond * float64(time.Second)))))
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-timer.C:
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case slots <- struct{}{}:
		}
		if failed, why := c.failures(); failed > 10+i/10 {
			return fmt.Errorf("%d of %d joins failed, the first one: %w", failed, i, why)
		}
		joins.Go(func() {
			c.admit(ctx, i)
			<-slots
		})
	}
	joins.Wait()
	if failed, why := c.failures(); failed == n {
		return fmt.Errorf("nobody could join: %w", why)
	}
	return nil
}

func (c *crowd) admit(ctx context.Context, n int) {
	conn, early, err := c.target.connect(ctx, n)
	if err != nil {
		c.fail(err)
		return
	}
	v := newViewer(c, n, conn)
	c.readers.Add(1)
	go v.readLoop(early) // stops when conn is closed
	timer := time.NewTimer(joinWithin)
	defer timer.Stop()
	select {
	case <-v.ready:
		c.viewers[n] = v
		return
	case <-v.over:
		err = v.why
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = fmt.Errorf("no welcome within %s", joinWithin)
	}
	c.fail(err)
	conn.Close()
}

func (c *crowd) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed++
	if c.why == nil {
		c.why = err
	}
}

func (c *crowd) failures() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed, c.why
}

// ended is told by a viewer's readLoop that its connection is over.
func (c *crowd) ended(v *viewer) {
	v.conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leaving || !v.welcomed {
		return
	}
	c.closed++
	if c.why == nil {
		c.why = v.why
	}
}

// joined lists those who are in.
func (c *crowd) joined() []*viewer {
	in := make([]*viewer, 0, len(c.viewers))
	for _, v := range c.viewers {
		if v != nil {
			in = append(in, v)
		}
	}
	return in
}

// leave closes every connection and waits for the readers.
func (c *crowd) leave() {
	c.mu.Lock()
	c.leaving = true
	c.mu.Unlock()
	for _, v := range c.joined() {
		v.conn.Close()
	}
	c.readers.Wait()
}
