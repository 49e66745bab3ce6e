package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// talker is a browser's page reduced to its promises: it comes back by itself,
// to any node, resumes where it was, and repeats what was not answered.
type talker struct {
	name    string
	cluster *cluster
	browser *browser
	room    string
	client  string
	say     int // how many messages it sends

	mu      sync.Mutex // guards seen, for settled
	seen    []string   // entry ids of the chat, as they came
	acked   []string   // texts that were accepted
	resets  int
	back    int
	cursor  string
	version int64
	node    int

	total *atomic.Int64   // acks of all talkers
	here  *sync.WaitGroup // counts down when everybody has come
}

// newTalker enters the room as a viewer.
func newTalker(t *testing.T, c *cluster, w *crowd, i, say int) *talker {
	t.Helper()
	b := newBrowser(t)
	b.call(200, "POST", c.nodes[i%len(c.nodes)].url+"/api/v1/media/"+w.room+"/enter",
		map[string]any{"email": fmt.Sprintf("t%d@crowd.example", i), "name": fmt.Sprint("Talker ", i)})
	return &talker{name: fmt.Sprint("t", i), cluster: c, browser: b, room: w.room, say: say, node: i % len(c.nodes),
		client: roomlog.NewID() + roomlog.NewID(), total: &w.total, here: &w.here}
}

// run talks until everything is said and done is closed.
func (k *talker) run(ctx context.Context, done <-chan struct{}) error {
	next, waiting := 0, int64(0)
	retry := time.NewTicker(100 * time.Millisecond)
	defer retry.Stop()
	for {
		ws, err := k.connect(ctx)
		if err == nil {
			err = k.talk(ctx, ws, &next, &waiting, done)
			ws.CloseNow()
			if err == nil {
				return nil
			}
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %d of %d said, %w", k.name, len(k.acked), k.say, err)
		}
		if code := websocket.CloseStatus(err); code > 0 && !protocol.Resume(int(code)) {
			return fmt.Errorf("%s: closed for good: %w", k.name, err)
		}
		k.node++
		<-retry.C
	}
}

func (k *talker) connect(ctx context.Context) (*websocket.Conn, error) {
	url := k.cluster.nodes[k.node%len(k.cluster.nodes)].url
	dial, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(dial, url+"/api/v1/rooms/"+k.room+"/socket", &websocket.DialOptions{
		Subprotocols: []string{"greenroom.v1"}, HTTPHeader: http.Header{"Origin": {url}, "Cookie": {k.browser.header()}}})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(1 << 24)
	return ws, send(ctx, ws, map[string]any{"type": "hello", "id": 1, "client": k.client, "after": k.cursor, "version": k.version})
}

func send(ctx context.Context, ws *websocket.Conn, m any) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return ws.Write(ctx, websocket.MessageText, b)
}

// talk reads one connection, and sends one message after the other is answered.
func (k *talker) talk(ctx context.Context, ws *websocket.Conn, next *int, waiting *int64, done <-chan struct{}) error {
	read, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // stops with read, or when all is done
		select {
		case <-done:
			cancel()
		case <-read.Done():
		}
	}()
	k.back++
	for {
		_, frame, err := ws.Read(read)
		if err != nil {
			select {
			case <-done:
				return nil
			default:
				return err
			}
		}
		for line := range bytes.Lines(frame) {
			var m struct {
				Type, ID, Cursor, Code string
				Resumed                bool
				Chat                   []struct{ ID string }
				You                    struct{ Version int64 }
			}
			_ = json.Unmarshal(line, &m) // replies carry a number as id: the rest is read all the same
			if m.Cursor != "" {
				k.cursor = m.Cursor
			}
			switch m.Type {
			case "welcome":
				if !m.Resumed && k.back > 1 {
					k.resets++
				}
				if !m.Resumed {
					for _, c := range m.Chat {
						k.saw(c.ID)
					}
				}
				k.version = m.You.Version
				if k.back == 1 {
					k.here.Done()
					k.here.Wait()
				}
			case "chat":
				k.saw(m.ID)
				continue
			case "ack":
				if *waiting > 0 {
					k.acked = append(k.acked, k.text(*next-1))
					k.total.Add(1)
				}
				*waiting = 0
			case "error":
				if m.Code != string(protocol.Unavailable) {
					return fmt.Errorf("refused: %s", line)
				}
			default:
				continue
			}
			if *waiting == 0 && *next < k.say {
				*next++
				*waiting = int64(*next + 1)
			}
			if *waiting > 0 { // the first time, or again after a lost answer
				if err := send(ctx, ws, map[string]any{"type": "chat", "id": *waiting, "text": k.text(*next - 1)}); err != nil {
					return err
				}
			}
		}
	}
}

func (k *talker) saw(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen = append(k.seen, id)
}

func (k *talker) text(n int) string { return fmt.Sprintf("%s says %d", k.name, n) }

// crowd is many talkers in one room.
type crowd struct {
	t       *testing.T
	room    string
	talkers []*talker
	total   atomic.Int64
	here    sync.WaitGroup
	done    chan struct{}
	wg      sync.WaitGroup
}

func newCrowd(t *testing.T, c *cluster, n, say int) *crowd {
	t.Helper()
	w := &crowd{t: t, room: c.openRoom(c.admin()), done: make(chan struct{})}
	w.here.Add(n)
	for i := range n {
		w.talkers = append(w.talkers, newTalker(t, c, w, i, say))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	for _, k := range w.talkers {
		w.wg.Go(func() {
			if err := k.run(ctx, w.done); err != nil {
				t.Error(err)
			}
		})
	}
	return w
}

// reached waits until so many messages were accepted.
func (w *crowd) reached(c *cluster, n int) {
	w.t.Helper()
	c.eventually(fmt.Sprint(n, " messages"), func() error {
		if got := w.total.Load(); got < int64(n) {
			return fmt.Errorf("%d so far", got)
		}
		return nil
	})
}

// settled waits until everybody has as many entries as were accepted.
func (w *crowd) settled(c *cluster) {
	w.t.Helper()
	c.eventually("everybody is up to date", func() error {
		for _, k := range w.talkers {
			k.mu.Lock()
			n := len(k.seen)
			k.mu.Unlock()
			if int64(n) < w.total.Load() {
				return fmt.Errorf("%s has %d of %d", k.name, n, w.total.Load())
			}
		}
		return nil
	})
}

// check ends the talk and compares with the log: each
// entry once and in order at each talker, each accepted message once in the log.
func (w *crowd) check(c *cluster) {
	w.t.Helper()
	store, err := roomlog.Open(w.t.Context(), c.redis.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	defer store.Close()
	entries, err := store.Read(w.t.Context(), w.room, roomlog.Position{}, 1_000_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var log []string
	said := map[string]int{}
	for _, e := range entries {
		if e.Kind == "chat" {
			log = append(log, e.ID)
			_, text, _ := strings.Cut(string(e.Body), `"text":"`)
			said[strings.TrimSuffix(text, `"}`)]++
		}
	}
	close(w.done)
	w.wg.Wait()
	for _, k := range w.talkers {
		if got, want := strings.Join(k.seen, " "), strings.Join(log, " "); got != want {
			w.t.Errorf("%s saw %d entries, the log has %d; reset %d times, connected %d times", k.name, len(k.seen), len(log), k.resets, k.back)
		}
		for _, text := range k.acked {
			if said[text] != 1 {
				w.t.Errorf("%q was accepted and stands in the log %d times", text, said[text])
			}
		}
		if len(k.acked) != k.say {
			w.t.Errorf("%s had %d of %d messages accepted", k.name, len(k.acked), k.say)
		}
	}
}
