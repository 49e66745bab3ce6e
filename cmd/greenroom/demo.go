package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"greenroom/hub/protocol"
	"greenroom/invite"
	"greenroom/media"
	"greenroom/session"
)

// demoLink is one way into the sample room.
type demoLink struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Link     string `json:"link"`
	Password string `json:"password,omitempty"` // of the manager's account
}

type demoLinks struct {
	URL     string     `json:"url"`
	Room    string     `json:"room"`
	Invites []demoLink `json:"invites"`
}

// demo fills the store with sample media and says how to get into them.
func (s *server) demo(ctx context.Context, asJSON bool, out io.Writer) error {
	password := session.NewSecret().Reveal()[:16]
	host, err := s.sessions.Create(ctx, session.Account{Email: "jonas.lindqvist@marlow.example", First: "Jonas", Last: "Lindqvist", Admin: true}, password)
	if errors.Is(err, &protocol.Error{Code: protocol.Conflict}) {
		return errors.New("this store has had the demo already; use an empty one, such as the embedded one")
	}
	if err != nil {
		return fmt.Errorf("demo account: %w", err)
	}
	townHall, err := s.demoMedia(ctx, host)
	if err != nil {
		return err
	}
	links := demoLinks{URL: s.url, Room: townHall.ID}
	for _, who := range []invite.Draft{
		{Email: "ingrid.sorensen@marlow.example", First: "Ingrid", Last: "Sørensen", Role: "viewer"},
		{Email: "maya.okonkwo@marlow.example", First: "Maya", Last: "Okonkwo", Role: "speaker"},
		{Email: "priya.raman@marlow.example", First: "Priya", Last: "Raman", Role: "moderator"},
	} {
		_, token, err := s.desk.Create(ctx, townHall, host.Name(), who)
		if err != nil {
			return fmt.Errorf("demo invitation: %w", err)
		}
		links.Invites = append(links.Invites, demoLink{Role: who.Role, Email: who.Email, Link: s.desk.Link(token)})
	}
	token, err := s.desk.CreateManager(ctx, townHall, host, 24*time.Hour)
	if err != nil {
		return fmt.Errorf("demo invitation: %w", err)
	}
	links.Invites = append(links.Invites, demoLink{Role: "manager", Email: host.Email, Link: s.desk.Link(token), Password: password})
	if asJSON {
		return json.NewEncoder(out).Encode(links)
	}
	return links.print(out)
}

func (d demoLinks) print(out io.Writer) error {
	fmt.Fprintf(out, "\nThe sample room is open at %s/r/%s\nEach link works once, in one browser. Open it and enter the email.\n\n", d.URL, d.Room)
	for _, l := range d.Invites {
		fmt.Fprintf(out, "  %-10s %-32s %s\n", l.Role, l.Email, l.Link)
	}
	host := d.Invites[len(d.Invites)-1]
	_, err := fmt.Fprintf(out, "\nThe manager can also sign in at %s/signin with %s and the password %s\n\n", d.URL, host.Email, host.Password)
	return err
}

// demoMedia makes the sample media and returns the one that is live.
func (s *server) demoMedia(ctx context.Context, host session.Account) (*media.Item, error) {
	now, err := s.store.Now(ctx)
	if err != nil {
		return nil, err
	}
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		return nil, err
	}
	at := func(d time.Duration) string { return now.Add(d).In(lisbon).Format("2006-01-02T15:04") }
	var live *media.Item
	for _, sample := range []struct {
		title, description, kind, start, access string
	}{
		{"Q4 Town Hall: where we go next", "The year in numbers with Tomasz, three bets for 2027 with Maya, and then an hour for your questions. " +
			"Ask in Q&A at any time and vote for the ones you want to hear first; what we don’t reach today is answered in writing.",
			"webcast", at(-30 * time.Minute), "invited"},
		{"Safety briefing: new furnaces", "What changes on the floor, and who to call.", "room", at(18 * time.Hour), "accounts"},
		{"Field notes 12: a winter in Bergen", "Ingrid on calibrating instruments at minus twenty.", "audio", "", "accounts"},
		{"Travel policy 2027", "Nine pages, three of them new.", "document", "", "anyone"},
	} {
		body, err := json.Marshal(map[string]any{"title": sample.title, "description": sample.description, "kind": sample.kind,
			"start": sample.start, "zone": "Europe/Lisbon", "access": sample.access, "premoderation": sample.kind == "webcast"})
		if err != nil {
			return nil, err
		}
		var draft media.Draft
		if err := json.Unmarshal(body, &draft); err != nil {
			return nil, err
		}
		m, err := s.library.Create(ctx, host, draft)
		if err != nil {
			return nil, fmt.Errorf("demo medium: %w", err)
		}
		if live == nil {
			live = m
		}
	}
	if err := s.library.Open(ctx, live); err != nil {
		return nil, fmt.Errorf("open demo room: %w", err)
	}
	return live, s.enliven(ctx, live)
}
