package media

import (
	"time"
	_ "time/tzdata" // the answer must not depend on what the machine has installed

	"greenroom/hub/protocol"
)

const localLayout = "2006-01-02T15:04"

// location returns the time zone of the given name.
func location(zone string) (*time.Location, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return nil, protocol.Invalid("zone", "There is no time zone %.60q. Examples: Europe/Lisbon, America/New_York, UTC.", zone)
	}
	return loc, nil
}

// localTime turns what a clock on the wall of zone shows into Unix ms. A time
// that the clocks skip is refused. One that they show twice is the first one.
func localTime(field, local, zone string) (int64, error) {
	loc, err := location(zone)
	if err != nil {
		return 0, err
	}
	t, err := time.ParseInLocation(localLayout, local, loc)
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return 0, protocol.Invalid(field, "Please give the time as 2026-12-03T15:00.")
	}
	if t.Format(localLayout) != local {
		return 0, protocol.Invalid(field, "The clocks in %s skip this time. Please choose one before or after.", zone)
	}
	// Clocks go back by an hour nearly everywhere; by half an hour on Lord Howe.
	for _, back := range []time.Duration{time.Hour, 30 * time.Minute} {
		if earlier := t.Add(-back); earlier.Format(localLayout) == local {
			t = earlier
		}
	}
	return t.UnixMilli(), nil
}
