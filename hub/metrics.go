package hub

import (
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"greenroom/hub/protocol"
)

// metrics counts what the node does. Collect reads it.
type metrics struct {
	connections atomic.Int64
	applied     atomic.Int64 // entries
	frames      atomic.Int64 // written to sockets
	forks       atomic.Int64
	fresh       atomic.Int64 // joins by result
	resumed     atomic.Int64
	reset       atomic.Int64

	mu      sync.Mutex // guards the following
	commits map[commitResult]int64
	closes  map[string]int64
}

type commitResult struct{ kind, result string }

func (m *metrics) joined(wanted, resumed bool) {
	switch {
	case resumed:
		m.resumed.Add(1)
	case wanted:
		m.reset.Add(1)
	default:
		m.fresh.Add(1)
	}
}

func (m *metrics) committed(kind string, err error) {
	result := "ok"
	if err != nil {
		e, _ := protocol.AsError(err)
		result = string(e.Code)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.commits == nil {
		m.commits = map[commitResult]int64{}
	}
	m.commits[commitResult{kind, result}]++
}

func (m *metrics) closed(reason protocol.CloseReason) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closes == nil {
		m.closes = map[string]int64{}
	}
	m.closes[strconv.Itoa(reason.Code)]++
}

var (
	descConnections = prometheus.NewDesc("greenroom_connections", "WebSockets open on this node.", nil, nil)
	descRooms       = prometheus.NewDesc("greenroom_rooms", "Rooms open on this node.", nil, nil)
	descStale       = prometheus.NewDesc("greenroom_rooms_stale", "Rooms that this node has lost sight of.", nil, nil)
	descEntries     = prometheus.NewDesc("greenroom_entries_total", "Entries applied to replicas.", nil, nil)
	descFrames      = prometheus.NewDesc("greenroom_frames_total", "Frames written to sockets.", nil, nil)
	descForks       = prometheus.NewDesc("greenroom_forks_total", "Logs found rewound.", nil, nil)
	descJoins       = prometheus.NewDesc("greenroom_joins_total", "Joins by result.", []string{"result"}, nil)
	descCommits     = prometheus.NewDesc("greenroom_commits_total", "Commits by kind and result.", []string{"kind", "result"}, nil)
	descCloses      = prometheus.NewDesc("greenroom_closes_total", "Connections ended, by close code.", []string{"code"}, nil)
)

// Describe and Collect make a Hub a prometheus.Collector.
func (h *Hub) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(h, ch) }

// Collect sends the node's numbers.
func (h *Hub) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	count := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	rooms := h.open()
	stale := 0
	for _, r := range rooms {
		if !r.follower.Fresh() {
			stale++
		}
	}
	m := &h.metrics
	gauge(descConnections, float64(m.connections.Load()))
	gauge(descRooms, float64(len(rooms)))
	gauge(descStale, float64(stale))
	count(descEntries, m.applied.Load())
	count(descFrames, m.frames.Load())
	count(descForks, m.forks.Load())
	count(descJoins, m.fresh.Load(), "fresh")
	count(descJoins, m.resumed.Load(), "resumed")
	count(descJoins, m.reset.Load(), "reset")
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, n := range m.commits {
		count(descCommits, n, key.kind, key.result)
	}
	for code, n := range m.closes {
		count(descCloses, n, code)
	}
}
