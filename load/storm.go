package load

import (
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The server lets one person write 20 messages in 10 seconds. We ask a little
// less of each sender.
const (
	paceMost   = 16
	paceWindow = 10
)

// firstID is the request id of a sender's first message: its hello had 1.
const firstID = 2

// drainWithin is how long the last messages may take to come.
const drainWithin = 15 * time.Second

// storm is one run of messages: who said what when, and what came of it.
type storm struct {
	// Set at construction.
	mark    []byte // every text of it begins so
	senders int
	each    int // messages of one sender, at most
	size    int

	sent []atomic.Int64 // by sender and number: ns after the crowd's start
	acks []atomic.Int64 // when its ack came, 0 before; -1: never will

	latency  histogram // from sending to receipt
	behind   histogram // from the ack to receipt; 0 where the receipt came first
	commit   histogram // from sending to the ack
	got      atomic.Int64
	doubled  atomic.Int64
	answered atomic.Int64

	want     atomic.Int64 // deliveries and answers to wait for; 0: not known yet
	wantAcks atomic.Int64
	moved    chan struct{} // told when one of them is reached

	mu      sync.Mutex // guards the following
	refused int
	refusal string // the first
}

// sendersFor returns how many have to write so that nobody writes too fast.
func sendersFor(rate float64, burst, total int) int {
	inWindow := min(rate*paceWindow+float64(burst), float64(total))
	return max(1, int(math.Ceil(inWindow/paceMost)))
}

// newStorm plans total messages of size bytes by so many senders.
func newStorm(senders, total, size int) *storm {
	s := &storm{senders: senders, each: (total + senders - 1) / senders, size: size, moved: make(chan struct{}, 2)}
	s.mark = []byte(`"text":"load ` + strings.ToLower(rand.Text()[:8]) + " ")
	s.sent = make([]atomic.Int64, senders*s.each)
	s.acks = make([]atomic.Int64, senders*s.each)
	return s
}

// text is the nth message of a sender, as it goes out at now.
func (s *storm) text(sender, n int, now time.Duration) []byte {
	b := make([]byte, 0, s.size+64)
	b = append(b, s.mark[len(`"text":"`):]...)
	b = fmt.Appendf(b, "%d %d %d ", sender, n, now.Nanoseconds())
	for len(b) < s.size || b[len(b)-1] == ' ' {
		b = append(b, '.')
	}
	return b
}

// rain has the messages sent in bursts, at a rate, and returns when all are
// out. It returns early where sending fails or ctx ends.
func (s *storm) rain(ctx context.Context, c *crowd, total int, rate float64, burst int) (sent int, err error) {
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for sent < total {
		timer.Reset(time.Until(start.Add(time.Duration(float64(sent) / rate * float64(time.Second)))))
		select {
		case <-ctx.Done():
			return sent, ctx.Err()
		case <-timer.C:
		}
		for end := min(total, sent+burst); sent < end; sent++ {
			sender, n := sent%s.senders, sent/s.senders
			now := c.now()
			s.sent[sender*s.each+n].Store(int64(now))
			if err := c.target.say(c, s, sender, n, s.text(sender, n, now)); err != nil {
				return sent, fmt.Errorf("send: %w", err)
			}
		}
	}
	return sent, nil
}

// acked notes that a sender's request was answered.
func (s *storm) acked(sender, id int, now time.Duration) {
	n := id - firstID
	if sender >= s.senders || n < 0 || n >= s.each {
		return
	}
	i := sender*s.each + n
	s.acks[i].Store(int64(now))
	s.commit.record(now - time.Duration(s.sent[i].Load()))
	s.reach(s.answered.Add(1), &s.wantAcks)
}

// refuse notes that a request wasn't done.
func (s *storm) refuse(why string) {
	s.mu.Lock()
	s.refused++
	if s.refusal == "" {
		s.refusal = why
	}
	s.mu.Unlock()
	s.reach(s.answered.Add(1), &s.wantAcks)
}

// received notes one delivery.
func (s *storm) received(sender, n int, sent, now time.Duration) {
	s.latency.record(now - sent)
	behind := time.Duration(0)
	if ack := s.acks[sender*s.each+n].Load(); ack > 0 {
		behind = now - time.Duration(ack)
	}
	s.behind.record(behind)
	s.reach(s.got.Add(1), &s.want)
}

func (s *storm) reach(n int64, want *atomic.Int64) {
	if n == want.Load() {
		s.moved <- struct{}{} // there is room: each of the two is reached once
	}
}

// accepted is how many messages the server took.
func (s *storm) accepted() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered.Load() - int64(s.refused)
}

// drain waits until every message that was sent is answered, and every one
// that was taken has reached so many viewers; or until it takes too long.
func (s *storm) drain(ctx context.Context, sent, viewers int) {
	ctx, cancel := context.WithTimeout(ctx, drainWithin)
	defer cancel()
	s.await(ctx, &s.answered, &s.wantAcks, int64(sent))
	s.await(ctx, &s.got, &s.want, s.accepted()*int64(viewers))
}

func (s *storm) await(ctx context.Context, have, want *atomic.Int64, n int64) {
	want.Store(n)
	for have.Load() < n {
		select {
		case <-ctx.Done():
			return
		case <-s.moved:
		}
	}
}
