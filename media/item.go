// Package media owns what one is invited to: webcasts, rooms, videos and the
// other kinds, their schedule, their doors, and who may manage them.
//
// What happens in a room it leaves to hub, who gets a link to it to invite. It
// changes a room only through roomlog, so that every node hears of it.
package media

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

// Limits, in characters.
const (
	maxTitle       = 200
	maxDescription = 5000
	maxURL         = 2000
	maxWord        = 300
)

// Access says who may enter without an invitation, as a viewer.
type Access string

// Every access rule.
const (
	Invited  Access = "invited"  // nobody
	Accounts Access = "accounts" // everybody who is signed in
	Anyone   Access = "anyone"
)

// Right is what a collaborator of a medium is called. All of them manage it;
// the owners may also delete it and choose the collaborators.
type Right string

// Every right. Owner is never granted: it is who made the medium.
const (
	Owner       Right = "owner"
	CoOwner     Right = "co-owner"
	CoEditor    Right = "co-editor"
	CoPublisher Right = "co-publisher"
)

// Collaborator is an account that manages a medium together with its owner.
type Collaborator struct {
	Email string `json:"email"`
	Name  string `json:"name,omitempty"`
	Right Right  `json:"right"`
}

// Item is one medium as it is kept. Its id is also its room's.
type Item struct {
	ID                 string         `json:"id"`
	Title              string         `json:"title"`
	Description        string         `json:"description"`
	Kind               protocol.Kind  `json:"kind"`
	Start              int64          `json:"start"` // as it was planned, Unix ms; 0: no date. The doors say what holds.
	Zone               string         `json:"zone"`
	Access             Access         `json:"access"`
	StageURL           string         `json:"stage_url"`
	Collaboration      bool           `json:"collaboration"`
	ModeratorsInitiate bool           `json:"moderators_initiate"`
	Premoderation      bool           `json:"premoderation"`
	Owner              string         `json:"owner"` // email
	Host               string         `json:"host"`  // the owner's name
	Collaborators      []Collaborator `json:"collaborators,omitempty"`
	Created            int64          `json:"created_at"`
	Deleted            bool           `json:"deleted,omitempty"` // kept for a while, so that its links can say so
}

// Rules returns what the medium allows.
func (m *Item) Rules() protocol.Rules {
	return protocol.Rules{Kind: m.Kind, Collaboration: m.Collaboration, ModeratorsInitiate: m.ModeratorsInitiate}
}

// Invitable reports whether one may be invited to the medium at all: to a room
// only where there is chat and collaboration.
func (m *Item) Invitable() bool { return m.Kind != protocol.RoomKind || m.Collaboration }

// URL is the path of the page that shows the medium to who may enter.
func (m *Item) URL() string {
	if m.Kind.Live() {
		return "/r/" + m.ID
	}
	return "/m/" + m.ID
}

// right returns what the account with this email is to the medium.
func (m *Item) right(email string) Right {
	if email == m.Owner {
		return Owner
	}
	for _, c := range m.Collaborators {
		if c.Email == email {
			return c.Right
		}
	}
	return ""
}

func (m *Item) rulesBody(settings protocol.RoomSettings) roomlog.RulesBody {
	return roomlog.RulesBody{Rules: m.Rules(), Settings: settings, Info: protocol.RoomInfo{
		ID: m.ID, Title: m.Title, Description: m.Description, Kind: m.Kind, Host: m.Host, Zone: m.Zone, StageURL: m.StageURL,
	}}
}

// Draft is what a person may say of a medium. A field that is nil stays as it is.
type Draft struct {
	Title              *string         `json:"title"`
	Description        *string         `json:"description"`
	Kind               *protocol.Kind  `json:"kind"`
	Start              *string         `json:"start"` // local time in Zone; empty: no date
	Zone               *string         `json:"zone"`
	Access             *Access         `json:"access"`
	StageURL           *string         `json:"stage_url"`
	Collaboration      *bool           `json:"collaboration"`
	ModeratorsInitiate *bool           `json:"moderators_initiate"`
	Premoderation      *bool           `json:"premoderation"`
	Collaborators      *[]Collaborator `json:"collaborators"`
}

// apply checks d and writes it over m.
func (d Draft) apply(m *Item) (err error) {
	if d.Kind != nil {
		if !d.Kind.Known() {
			return protocol.Invalid("kind", "There is no such kind of media.")
		}
		if m.Kind != "" && m.Kind != *d.Kind {
			return protocol.Invalid("kind", "The kind of a medium can't be changed.")
		}
		m.Kind = *d.Kind
	}
	if d.Title != nil {
		if m.Title, err = api.Line("title", *d.Title, maxTitle); err != nil {
			return err
		}
	}
	if d.Description != nil {
		if m.Description, err = api.Text("description", *d.Description, maxDescription); err != nil {
			return err
		}
	}
	if d.Access != nil {
		if !slices.Contains([]Access{Invited, Accounts, Anyone}, *d.Access) {
			return protocol.Invalid("access", "The access must be invited, accounts or anyone.")
		}
		m.Access = *d.Access
	}
	if d.StageURL != nil {
		if m.StageURL, err = stageURL(*d.StageURL); err != nil {
			return err
		}
	}
	set(&m.Collaboration, d.Collaboration)
	set(&m.ModeratorsInitiate, d.ModeratorsInitiate)
	set(&m.Premoderation, d.Premoderation)
	return d.schedule(m)
}

func (d Draft) schedule(m *Item) (err error) {
	zone := m.Zone
	set(&zone, d.Zone)
	switch {
	case d.Start != nil && *d.Start != "":
		m.Start, err = localTime("start", *d.Start, zone)
	case zone != "":
		_, err = location(zone)
	}
	if err != nil {
		return err
	}
	if d.Start != nil && *d.Start == "" {
		m.Start = 0
	}
	m.Zone = zone
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// stageURL accepts what a browser may safely be told to load into the stage.
func stageURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return "", protocol.Invalid("stage_url", "Please enter a web address that begins with https:// or http://.")
	}
	return u.String(), nil
}

// newID returns 16 letters and digits of base32, from 10 random bytes.
func newID() string { return strings.ToLower(rand.Text()[:16]) }
