package load

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Figures are what one target did. What isn't known is 0.
type Figures struct {
	Connections     int     `json:"connections"`
	JoinsPerSecond  float64 `json:"joins_per_second"`
	CPUPerJoin      float64 `json:"cpu_per_join_us"`
	KBPerConnection float64 `json:"idle_kb_per_connection"` // growth of the resident memory
	KBInUse         float64 `json:"idle_kb_in_use"`         // growth of Go's heap and stacks
	IdleCPUPercent  float64 `json:"idle_cpu_percent"`       // of one core

	Messages                int     `json:"messages"`
	MessagesPerSecond       float64 `json:"messages_per_second"`
	Deliveries              int     `json:"deliveries"`
	DeliveriesPerSecond     float64 `json:"deliveries_per_second"`
	CPUPerDelivery          float64 `json:"cpu_per_delivery_us"`
	GeneratorCPUPerDelivery float64 `json:"generator_cpu_per_delivery_us"`

	Latency  Percentiles `json:"latency_ms"`   // from sending to receipt
	AfterAck Percentiles `json:"after_ack_ms"` // from the sender's ack to receipt
	Ack      Percentiles `json:"ack_ms"`       // from sending to the ack

	Failed     int    `json:"failed_joins"`
	Closed     int    `json:"closed"`
	Refused    int    `json:"refused"`
	Unanswered int    `json:"unanswered"`
	Lost       int    `json:"lost"`
	Doubled    int    `json:"doubled"` // or out of order
	Trouble    string `json:"trouble,omitempty"`
}

// Percentiles are of a duration, in milliseconds.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Ratio is Greenroom's figure by the floor's.
type Ratio struct {
	CPUPerDelivery  float64 `json:"cpu_per_delivery"`
	P50             float64 `json:"p50"`
	P99             float64 `json:"p99"`
	KBPerConnection float64 `json:"idle_kb_per_connection"`
}

type report struct {
	Greenroom *Figures `json:"greenroom"`
	Floor     *Figures `json:"floor,omitempty"`
	Ratio     *Ratio   `json:"ratio,omitempty"`
}

func percentilesOf(h *histogram) Percentiles {
	ms := func(p float64) float64 { return float64(h.percentile(p)) / float64(time.Millisecond) }
	return Percentiles{ms(.5), ms(.9), ms(.99), ms(1)}
}

// idle notes what a crowd costs that does nothing: before it joined, and at the
// beginning and end of a time in which it sat still.
func (f *Figures) idle(before, first, last sample) {
	if !last.known || f.Connections == 0 {
		return
	}
	n := float64(f.Connections)
	f.KBPerConnection = (last.resident - before.resident) / 1024 / n
	f.KBInUse = (last.inUse - before.inUse) / 1024 / n
	if took := last.at.Sub(first.at); took > 0 {
		f.IdleCPUPercent = 100 * float64(last.cpu-first.cpu) / float64(took)
	}
}

// messages notes what came of a storm that took so long.
func (f *Figures) messages(s *storm, sent int, took time.Duration) {
	f.Messages, f.Deliveries = sent, int(s.got.Load())
	f.MessagesPerSecond = float64(sent) / took.Seconds()
	f.DeliveriesPerSecond = float64(f.Deliveries) / took.Seconds()
	f.Latency, f.AfterAck, f.Ack = percentilesOf(&s.latency), percentilesOf(&s.behind), percentilesOf(&s.commit)
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Refused, f.Trouble = s.refused, s.refusal
	f.Unanswered = sent - int(s.answered.Load())
	f.Lost = max(0, (sent-f.Refused-f.Unanswered)*f.Connections-f.Deliveries)
	f.Doubled = int(s.doubled.Load())
}

// trouble notes who didn't get in or fell out.
func (f *Figures) trouble(c *crowd) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.Failed, f.Closed = c.failed, c.closed
	switch {
	case c.why != nil:
		f.Trouble = c.why.Error()
	case f.Trouble == "" && !f.clean():
		f.Trouble = fmt.Sprintf("%d lost, %d doubled, %d unanswered", f.Lost, f.Doubled, f.Unanswered)
	}
}

func (f *Figures) clean() bool {
	return f.Failed+f.Closed+f.Refused+f.Unanswered+f.Lost+f.Doubled == 0
}

func ratioOf(g, f *Figures) *Ratio {
	by := func(a, b float64) float64 {
		if b == 0 {
			return 0
		}
		return a / b
	}
	return &Ratio{by(g.CPUPerDelivery, f.CPUPerDelivery), by(g.Latency.P50, f.Latency.P50), by(g.Latency.P99, f.Latency.P99),
		by(g.KBPerConnection, f.KBPerConnection)}
}

// row is one line of the table. format is of the value; ratio may be nil.
type row struct {
	name, format string
	of           func(*Figures) float64
	ratio        func(*Ratio) float64
}

var rows = []row{
	{"connections", "%.0f", func(f *Figures) float64 { return float64(f.Connections) }, nil},
	{"joins/s", "%.0f", func(f *Figures) float64 { return f.JoinsPerSecond }, nil},
	{"CPU per join, µs", "%.0f", func(f *Figures) float64 { return f.CPUPerJoin }, nil},
	{"idle: KB per connection, resident", "%.1f", func(f *Figures) float64 { return f.KBPerConnection }, func(r *Ratio) float64 { return r.KBPerConnection }},
	{"idle: KB per connection, in use", "%.1f", func(f *Figures) float64 { return f.KBInUse }, nil},
	{"idle: CPU, % of a core", "%.1f", func(f *Figures) float64 { return f.IdleCPUPercent }, nil},
	{"messages", "%.0f", func(f *Figures) float64 { return float64(f.Messages) }, nil},
	{"messages/s", "%.1f", func(f *Figures) float64 { return f.MessagesPerSecond }, nil},
	{"deliveries", "%.0f", func(f *Figures) float64 { return float64(f.Deliveries) }, nil},
	{"deliveries/s", "%.0f", func(f *Figures) float64 { return f.DeliveriesPerSecond }, nil},
	{"CPU per delivery, µs", "%.2f", func(f *Figures) float64 { return f.CPUPerDelivery }, func(r *Ratio) float64 { return r.CPUPerDelivery }},
	{"(the generator's, µs)", "%.2f", func(f *Figures) float64 { return f.GeneratorCPUPerDelivery }, nil},
	{"latency p50, ms", "%.1f", func(f *Figures) float64 { return f.Latency.P50 }, func(r *Ratio) float64 { return r.P50 }},
	{"latency p90, ms", "%.1f", func(f *Figures) float64 { return f.Latency.P90 }, nil},
	{"latency p99, ms", "%.1f", func(f *Figures) float64 { return f.Latency.P99 }, func(r *Ratio) float64 { return r.P99 }},
	{"latency max, ms", "%.1f", func(f *Figures) float64 { return f.Latency.Max }, nil},
	{"after the ack p50, ms", "%.1f", func(f *Figures) float64 { return f.AfterAck.P50 }, nil},
	{"after the ack p99, ms", "%.1f", func(f *Figures) float64 { return f.AfterAck.P99 }, nil},
	{"ack p50, ms", "%.1f", func(f *Figures) float64 { return f.Ack.P50 }, nil},
	{"ack p99, ms", "%.1f", func(f *Figures) float64 { return f.Ack.P99 }, nil},
	{"joins failed", "%.0f", func(f *Figures) float64 { return float64(f.Failed) }, nil},
	{"closed by the server", "%.0f", func(f *Figures) float64 { return float64(f.Closed) }, nil},
	{"refused or unanswered", "%.0f", func(f *Figures) float64 { return float64(f.Refused + f.Unanswered) }, nil},
	{"lost", "%.0f", func(f *Figures) float64 { return float64(f.Lost) }, nil},
	{"doubled or out of order", "%.0f", func(f *Figures) float64 { return float64(f.Doubled) }, nil},
}

// print writes the figures as a table.
func (r report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if r.Floor != nil {
		fmt.Fprintf(w, "%-36s\tGreenroom\tfloor\tratio\t\n", "")
	}
	for _, row := range rows {
		fmt.Fprintf(w, "%-36s\t"+row.format+"\t", row.name, row.of(r.Greenroom))
		if r.Floor != nil {
			fmt.Fprintf(w, row.format+"\t", row.of(r.Floor))
			if row.ratio != nil {
				fmt.Fprintf(w, "%.2f", row.ratio(r.Ratio))
			}
			fmt.Fprint(w, "\t")
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}
