package check

import (
	"fmt"
	"maps"

	"greenroom/hub/roomlog"
)

// Replicas: whoever holds the room as of one position holds the same (I13).
func Replicas(v *View) (bad []string) {
	first := map[roomlog.Position]Replica{}
	for _, r := range v.replicas {
		if f, ok := first[r.At]; ok && f.Sum != r.Sum {
			bad = append(bad, fmt.Sprintf("%s and %s differ at entry %d", f.Node, r.Node, r.At.Seq))
		} else if !ok {
			first[r.At] = r
		}
	}
	return bad
}

// Presence: in the end, every roster that somebody watches shows exactly who is
// here, on how many devices (I14). How long after the last fault that is, is up
// to who notes End.
func Presence(v *View) (bad []string) {
	for _, name := range v.end.Watchers {
		shown := map[string]int{}
		if p := v.page(name); p != nil {
			for _, l := range p.lines {
				if l.Type != "roster" {
					continue
				}
				clear(shown)
				for _, g := range l.Groups {
					for _, person := range g.People {
						if person.Devices > 0 {
							shown[person.ID] = person.Devices
						}
					}
				}
			}
		}
		if !maps.Equal(shown, v.end.Here) {
			bad = append(bad, fmt.Sprintf("%s is shown %v; here are %v", name, shown, v.end.Here))
		}
	}
	return bad
}

// Alive: in the end, whoever is connected has the newest message of each channel
// that they may see, and knows their role as the log has it (I18).
func Alive(v *View) (bad []string) {
	log := v.final()
	lastOf := func(kind string, since uint64) string {
		if n := len(log.lines[kind]); n > 0 && log.Entries[log.lines[kind][n-1]].Seq > since {
			return log.Entries[log.lines[kind][n-1]].ID
		}
		return ""
	}
	version := map[string]int64{}
	for _, e := range log.Entries {
		if e.Kind == "role" {
			version[e.Object] = e.Version
		}
	}
	for _, name := range v.end.Pages {
		w := &walk{view: v, page: v.page(name), questions: map[string]int64{}}
		if w.page == nil {
			bad = append(bad, fmt.Sprintf("%s is connected and got nothing at all", name))
			continue
		}
		for _, l := range w.page.lines {
			w.step(l)
		}
		switch {
		case w.you == nil:
			bad = append(bad, fmt.Sprintf("%s was never told who it is", name))
		case w.you.Version != version[w.page.person]:
			bad = append(bad, fmt.Sprintf("%s has version %d of its role, the log %d", name, w.you.Version, version[w.page.person]))
		case w.chat != lastOf("chat", 0):
			bad = append(bad, fmt.Sprintf("%s has the chat up to %q, the log to %q", name, w.chat, lastOf("chat", 0)))
		case staff(w.you):
			if since, _ := log.staffSince(w.page.person, w.you.Version); w.whisper != lastOf("whisper", since) {
				bad = append(bad, fmt.Sprintf("%s has the backchannel up to %q, the log to %q", name, w.whisper, lastOf("whisper", since)))
			}
		}
	}
	return bad
}
