package roomlog

import "regexp"

// Keys builds the name of every key that a room owns. They share the hash tag
// {room}, so that one script may touch all of them on a cluster.
type Keys struct{ base string }

var roomID = regexp.MustCompile(`^[a-z0-9]{16,32}$`)

// ValidRoom reports whether id may be the id of a room or a medium. Ids go
// into key names, so everything from outside passes here first.
func ValidRoom(id string) bool { return roomID.MatchString(id) }

// Keys returns the key names of a room.
func (s *Store) Keys(room string) Keys { return Keys{s.prefix + "room:{" + room + "}:"} }

// Log is the stream of entries, contiguous from 0-1.
func (k Keys) Log() string { return k.base + "log" }

// Meta is a hash: tip, doors, settings.
func (k Keys) Meta() string { return k.base + "meta" }

// Roles maps a participant to "rank version".
func (k Keys) Roles() string { return k.base + "roles" }

// Mutes maps a participant to Unix ms, or -1 for until lifted.
func (k Keys) Mutes() string { return k.base + "mutes" }

// Removed maps a participant to when they were removed.
func (k Keys) Removed() string { return k.base + "removed" }

// People maps a participant to their Profile as JSON.
func (k Keys) People() string { return k.base + "people" }

// Channel is where entries and gauges are published. It is no key.
func (k Keys) Channel() string { return k.base + "live" }

// Dedup maps a client's counters to the answers that they got.
func (k Keys) Dedup(participant, client string) string {
	return k.base + "dedup:" + participant + ":" + client
}

// Questions maps a question to "version state".
func (k Keys) Questions() string { return k.base + "questions" }

// Pace maps a participant to how fast they write.
func (k Keys) Pace() string { return k.base + "pace" }

// Votes is the set of participants who voted for a question.
func (k Keys) Votes(question string) string { return k.base + "votes:" + question }

// Voted is the set of questions that a participant voted for.
func (k Keys) Voted(participant string) string { return k.base + "voted:" + participant }

// Tallies maps a question to its number of votes.
func (k Keys) Tallies() string { return k.base + "tallies" }

// Snapshot is a hash: a replica's state at a position.
func (k Keys) Snapshot() string { return k.base + "snapshot" }

// Heads maps a node to how many people it holds in the room, and until when
// that counts.
func (k Keys) Heads() string { return k.base + "heads" }

// Here maps the participants whom a node holds to their Presence as JSON. It
// expires unless the node lives.
func (k Keys) Here(node string) string { return k.base + "here:" + node }

// Media is the medium itself, as JSON.
func (k Keys) Media() string { return k.base + "media" }

// Invite is one invitation of the medium, a hash.
func (k Keys) Invite(id string) string { return k.base + "invite:" + id }

// Invites is the list of the medium's invitations, ordered by time.
func (k Keys) Invites() string { return k.base + "invites" }

// probe is the channel on which a node hears itself. It is no key.
func (s *Store) probe(node string) string { return s.prefix + "probe:" + node }

// Key names something that belongs to no room: accounts, sessions, policy.
func (s *Store) Key(name string) string { return s.prefix + name }
