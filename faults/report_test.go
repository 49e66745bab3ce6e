package faults

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"greenroom/e2e/cluster"
)

var full = flag.Bool("full", false, "run all faults at full size, and write the results into "+page)

const page = "../docs/reliability.md"

// trial is one run of one fault.
type trial struct {
	*testing.T
	name    string
	effects []string
	figures []string
}

// size is a number that is smaller in the short form.
func size(large, small int) int {
	if *full {
		return large
	}
	return small
}

// effect notes how the fault is known to have taken effect. Where it didn't the
// trial ends: it would prove nothing.
func (f *trial) effect(ok bool, format string, args ...any) {
	f.Helper()
	what := fmt.Sprintf(format, args...)
	if !ok {
		f.Fatalf("the fault did not take effect: %s", what)
	}
	f.effects = append(f.effects, what)
}

// figure notes something measured.
func (f *trial) figure(format string, args ...any) {
	f.figures = append(f.figures, fmt.Sprintf(format, args...))
}

// mark notes something measured that must not be longer than most.
func (f *trial) mark(what string, got, most time.Duration) {
	f.Helper()
	f.figure("%s %s (≤ %s)", what, short(got), short(most))
	if got > most {
		f.Errorf("%s: %s, may be %s", what, short(got), short(most))
	}
}

// none notes that something did not happen, and fails where it did.
func (f *trial) none(what string, got int) {
	f.Helper()
	f.figure("%s %d", what, got)
	if got != 0 {
		f.Errorf("%s: %d, must be 0", what, got)
	}
}

// crowd notes the usual figures of a crowd.
func (f *trial) crowd(x cluster.Found) {
	f.figure("%d accepted, %d in the log", x.Accepted, x.Entries)
	if x.Unsure > 0 {
		f.figure("%d uncertain", x.Unsure)
	}
	if len(x.Away) > 0 {
		f.figure("%d links lost, back after %s median, %s longest", len(x.Away),
			short(cluster.Percentile(x.Away, .5)), short(cluster.Percentile(x.Away, 1)))
	}
}

func short(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

// pause is the fault's own duration.
func pause(d time.Duration) { <-time.After(d) }

// results are the rows of the table, by the fault's name.
var results struct {
	sync.Mutex
	rows map[string]*row
}

type row struct {
	runs, failed     int
	effects, figures string
}

func (f *trial) record() {
	results.Lock()
	defer results.Unlock()
	if results.rows == nil {
		results.rows = map[string]*row{}
	}
	r := results.rows[f.name]
	if r == nil {
		r = new(row)
		results.rows[f.name] = r
	}
	r.runs++
	if f.Failed() {
		r.failed++
	}
	r.effects, r.figures = strings.Join(f.effects, "; "), strings.Join(f.figures, "; ")
	f.Logf("took effect: %s\nfigures: %s", r.effects, r.figures)
}

func (r *row) String() string {
	verdict := "pass"
	if r.failed > 0 {
		verdict = fmt.Sprintf("**%d of %d failed**", r.failed, r.runs)
	}
	return fmt.Sprintf("%d | %s | %s | %s |", r.runs, r.effects, r.figures, verdict)
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if *full {
		if err := write(); err != nil {
			fmt.Fprintln(os.Stderr, "write results:", err)
			code = 1
		}
	}
	os.Exit(code)
}

const (
	begin = "<!-- results: written by make faults -->\n"
	end   = "<!-- end of results -->\n"
)

// write puts the results into the page, in the order of the list. Faults that
// were not run now keep the row that they had.
func write() error {
	b, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, ok1 := strings.Cut(string(b), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no place for results", page)
	}
	kept := map[string]string{}
	for line := range strings.Lines(old) {
		if name, row, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok {
			kept[name] = strings.TrimSpace(row)
		}
	}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%s, %d cores, Redis from Debian, everything on one machine; the newest rows are of %s.\n\n",
		runtime.Version(), runtime.NumCPU(), time.Now().UTC().Format(time.DateOnly))
	table.WriteString("| fault | runs | took effect | figures (pass mark) | verdict |\n|---|---|---|---|---|\n")
	for _, x := range faults() {
		if r := results.rows[x.name]; r != nil {
			fmt.Fprintf(&table, "| %s | %s\n", x.name, r)
		} else if row, ok := kept[x.name]; ok {
			fmt.Fprintf(&table, "| %s | %s\n", x.name, row)
		}
	}
	return os.WriteFile(page, []byte(before+begin+table.String()+"\n"+end+after), 0o644)
}

func TestNamesAreUnique(t *testing.T) {
	var names []string
	for _, x := range faults() {
		if slices.Contains(names, x.name) {
			t.Errorf("two faults are called %q", x.name)
		}
		names = append(names, x.name)
	}
}
