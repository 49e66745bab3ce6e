package roomlog

// What the tests outside of the package need of the inside.

// ParseEntry is parseEntry.
var ParseEntry = parseEntry

// Line is line.
func (e Entry) Line() string { return e.line() }
