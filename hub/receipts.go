package hub

import (
	"context"
	"encoding/json"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// How long a role change waits to hear of the person's devices before they
// count as offline, and how long it is remembered.
const (
	offlineAfter  = time.Second
	receiptsAfter = 10 * time.Minute
)

// receipt collects on how many devices one role change has been applied. It is
// guarded by the room's mu.
type receipt struct {
	version int64
	began   time.Time
	nodes   map[string]report
	told    bool
}

// report is what one node knows of it, as it is published.
type report struct {
	Participant string `json:"p"`
	Version     int64  `json:"v"`
	Node        string `json:"n"`
	Devices     int    `json:"d"`
	Applied     int    `json:"a"`
	millis      int64
}

// expectReceiptLocked begins to collect for a role change, and tells the other
// nodes of the devices here. r.mu is held.
func (r *Room) expectReceiptLocked(e roomlog.Entry, devices int) {
	r.receipts[e.Object] = &receipt{version: e.Version, began: time.Now(), nodes: map[string]report{}}
	if devices > 0 {
		go r.publish(report{Participant: e.Object, Version: e.Version, Node: r.hub.node, Devices: devices}) // stops by itself
	}
}

func (r *Room) publish(m any) {
	ctx, cancel := context.WithTimeout(r.ctx, 2*time.Second)
	defer cancel()
	_ = r.hub.Store.Publish(ctx, r.id, "r"+string(encodeBody(m))) // a gauge may be lost
}

// applied notes that this device has the role of this version in effect.
func (c *conn) applied(_ context.Context, m *protocol.Applied) (protocol.ServerMessage, error) {
	r := c.room
	r.mu.Lock()
	defer r.mu.Unlock()
	mem := r.members[c.participant]
	if mem == nil || m.Version <= c.version {
		return nil, nil
	}
	c.version = m.Version
	if p := r.state.People[c.participant]; p.Version != m.Version || r.receipts[c.participant] == nil {
		return nil, nil
	}
	rep := report{Participant: c.participant, Version: m.Version, Node: r.hub.node, Devices: len(mem.conns)}
	for _, other := range mem.conns {
		if other.version == m.Version {
			rep.Applied++
		}
	}
	go r.publish(rep) // stops by itself
	return nil, nil
}

// Gauge takes what other nodes, and this one, publish beside entries.
func (r *Room) Gauge(message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch message[0] {
	case 'v':
		r.votedLocked(message[1:])
	case 'r':
		r.reportedLocked([]byte(message[1:]))
	}
}

func (r *Room) reportedLocked(b []byte) {
	var rep report
	if json.Unmarshal(b, &rep) != nil {
		return
	}
	rc := r.receipts[rep.Participant]
	if rc == nil || rc.version != rep.Version {
		return
	}
	if old := rc.nodes[rep.Node]; old.Applied > rep.Applied {
		return // came late
	}
	rep.millis = time.Since(rc.began).Milliseconds()
	rc.nodes[rep.Node] = rep
	rc.told = true
	r.gaugeLocked(protocol.Manager, rc.sum(rep.Participant))
}

func (rc *receipt) sum(participant string) protocol.Receipt {
	m := protocol.Receipt{Participant: participant, Version: rc.version}
	for _, rep := range rc.nodes {
		m.Devices += rep.Devices
		m.Applied += rep.Applied
		m.Millis = max(m.Millis, rep.millis)
	}
	return m
}

// receiptsLocked tells the managers of people who turned out to be offline, and
// forgets what is long done. r.mu is held.
func (r *Room) receiptsLocked() {
	for participant, rc := range r.receipts {
		age := time.Since(rc.began)
		if !rc.told && age > offlineAfter {
			rc.told = true
			r.gaugeLocked(protocol.Manager, rc.sum(participant))
		}
		if age > receiptsAfter {
			delete(r.receipts, participant)
		}
	}
}
