// Package protocol holds everything that is said between the parts of
// Greenroom and its browsers: the messages of a room's socket as Go types, the
// roles and what each may do, and the two kinds of failure with their codes.
//
// It decides nothing about a particular room and touches no store. Every other
// package may import it; it imports none of them.
package protocol

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Role is what a participant is in one room. Roles are ordered: a higher one
// may act on a lower one, never the other way round.
type Role int8

const (
	NoRole Role = iota
	Viewer
	Speaker
	Moderator
	Manager
)

var roleNames = [...]string{"", "viewer", "speaker", "moderator", "manager"}

func (r Role) String() string {
	if r < NoRole || r > Manager {
		return ""
	}
	return roleNames[r]
}

// ParseRole returns the role called s. NoRole has no name.
func ParseRole(s string) (Role, bool) {
	i := slices.Index(roleNames[1:], s)
	return Role(i + 1), i >= 0
}

func (r Role) MarshalJSON() ([]byte, error) { return json.Marshal(r.String()) }

func (r *Role) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*r = NoRole
		return nil
	}
	role, ok := ParseRole(s)
	if !ok {
		return fmt.Errorf("unknown role %q", s)
	}
	*r = role
	return nil
}

// Kind is what sort of medium one is invited to.
type Kind string

const (
	Webcast  Kind = "webcast"
	Simulive Kind = "simulive"
	DIYLive  Kind = "diy"
	RoomKind Kind = "room"
	Video    Kind = "video"
	Audio    Kind = "audio"
	Document Kind = "document"
	Quiz     Kind = "quiz"
)

// Kinds lists every kind, the live ones first.
var Kinds = []Kind{Webcast, Simulive, DIYLive, RoomKind, Video, Audio, Document, Quiz}

// Live reports whether media of this kind have a room.
func (k Kind) Live() bool { return slices.Contains(Kinds[:4], k) }

// Known reports whether k is one of Kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// Roles lists the roles that an invitation to this kind may carry. Managers
// are never made by a link.
func (k Kind) Roles() []Role {
	if k.Live() {
		return []Role{Viewer, Speaker, Moderator}
	}
	return []Role{Viewer}
}

// Capability is one thing that a role may do. Capabilities combine with |.
type Capability uint16

const (
	CanWatch        Capability = 1 << iota // see the stage, or the media page
	CanChat                                // write and read the chat
	CanAsk                                 // ask questions and upvote them
	CanRespond                             // answer interactions
	CanAnswer                              // answer questions
	CanBackchannel                         // read and write the staff's own channel
	CanModerateQnA                         // review, dismiss and stage questions
	CanModerateChat                        // keep the chat in order
	CanInitiate                            // start interactions
	CanManage                              // roles, removal, invitations, settings, doors
)

const (
	viewerCaps    = CanWatch | CanChat | CanAsk | CanRespond
	speakerCaps   = viewerCaps | CanAnswer | CanBackchannel
	moderatorCaps = speakerCaps | CanModerateQnA | CanModerateChat
	managerCaps   = moderatorCaps | CanInitiate | CanManage
	collaboration = CanChat | CanAsk | CanRespond | CanAnswer | CanBackchannel |
		CanModerateQnA | CanModerateChat | CanInitiate
)

// roleCaps is the rights table: everything not listed is denied. The live
// kinds share a row, and the on-demand kinds share a row.
var roleCaps = map[Kind]map[Role]Capability{
	Webcast:  {Viewer: viewerCaps, Speaker: speakerCaps, Moderator: moderatorCaps, Manager: managerCaps},
	Simulive: {Viewer: viewerCaps, Speaker: speakerCaps, Moderator: moderatorCaps, Manager: managerCaps},
	DIYLive:  {Viewer: viewerCaps, Speaker: speakerCaps, Moderator: moderatorCaps, Manager: managerCaps},
	RoomKind: {Viewer: viewerCaps, Speaker: speakerCaps, Moderator: moderatorCaps | CanInitiate, Manager: managerCaps},
	Video:    {Viewer: CanWatch, Manager: managerCaps},
	Audio:    {Viewer: CanWatch, Manager: managerCaps},
	Document: {Viewer: CanWatch, Manager: managerCaps},
	Quiz:     {Viewer: CanWatch, Manager: managerCaps},
}

// Rules are the settings of a medium that change what its roles may do.
type Rules struct {
	Kind               Kind `json:"kind"`
	Collaboration      bool `json:"collaboration"`       // chat, Q&A, backchannel and interactions exist
	ModeratorsInitiate bool `json:"moderators_initiate"` // granted by a manager, for the kinds that don't allow it anyway
}

// Capabilities returns what role may do under these rules.
func (r Rules) Capabilities(role Role) Capability {
	caps := roleCaps[r.Kind][role]
	if role == Moderator && r.ModeratorsInitiate && r.Kind.Live() {
		caps |= CanInitiate
	}
	if !r.Collaboration {
		caps &^= collaboration
	}
	return caps
}

// RolesWith lists the roles that have all of need under these rules.
func (r Rules) RolesWith(need Capability) []Role {
	var roles []Role
	for role := Viewer; role <= Manager; role++ {
		if r.Capabilities(role)&need == need {
			roles = append(roles, role)
		}
	}
	return roles
}

// MayActOn reports whether somebody of role r may change the role of, mute or
// remove somebody who has role other: never an equal or a higher one, but
// managers may on each other.
func (r Role) MayActOn(other Role) bool {
	return r > other || r == Manager && other == Manager
}

var capabilityNames = []string{"watch", "chat", "ask", "respond", "answer", "backchannel",
	"moderate_qna", "moderate_chat", "initiate", "manage"}

// MarshalJSON writes the names of the capabilities as a list.
func (c Capability) MarshalJSON() ([]byte, error) {
	names := []string{}
	for i, name := range capabilityNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return json.Marshal(names)
}

func (c *Capability) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	*c = 0
	for _, name := range names {
		i := slices.Index(capabilityNames, name)
		if i < 0 {
			return fmt.Errorf("unknown capability %q", name)
		}
		*c |= 1 << i
	}
	return nil
}
