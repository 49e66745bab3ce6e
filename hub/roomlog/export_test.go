package roomlog

import "time"

// What the tests of other packages' shape need of the inside.

// ParseEntry is parseEntry.
var ParseEntry = parseEntry

// Line is line.
func (e Entry) Line() string { return e.line() }

// The tests run in a process that seems to be an hour old.
func init() { began = began.Add(-time.Hour) }
