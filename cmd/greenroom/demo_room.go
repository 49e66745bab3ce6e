package main

import (
	"context"
	"fmt"
	"strings"

	"greenroom/hub"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/media"
	"greenroom/session"
)

// The people whom one meets in the sample room. They have been there, and are
// away now.
var demoPeople = []struct {
	first, last string
	role        protocol.Role
}{
	{"Ana", "Ribeiro", protocol.Moderator},
	{"Tomasz", "Zieliński", protocol.Speaker},
	{"Mateus", "Carvalho", protocol.Viewer},
	{"Emre", "Yılmaz", protocol.Viewer},
	{"Zoë", "van Dijk", protocol.Viewer},
	{"Kofi", "Mensah", protocol.Viewer},
	{"Ines", "Duarte", protocol.Viewer},
	{"Halvard", "Nilsen", protocol.Viewer},
	{"Sofia", "Costa", protocol.Viewer},
}

var demoLines = []struct{ who, kind, text string }{
	{"Ines", "chat", "Good afternoon from Porto!"},
	{"Halvard", "chat", "Hello from Bergen. It is dark already."},
	{"Ana", "whisper", "I take the questions about sites, Tomasz has the numbers."},
	{"Sofia", "chat", "Sound and picture are perfect here."},
	{"Tomasz", "whisper", "Fine. I need two minutes after Maya before we start."},
	{"Kofi", "chat", "Will the slides be shared afterwards?"},
	{"Ana", "chat", "Yes, on this page, together with the recording."},
	{"Emre", "chat", "Great quarter. Thank you to the furnace team!"},
	{"Zoë", "chat", "+1. Questions go to Q&A, please, so that they don’t get lost."},
}

var demoQuestions = []struct {
	who, state, text string
	anonymous        bool
	votes            int
	answer           string
}{
	{"Mateus", protocol.QuestionNow, "Will Porto and Lisbon really share one roof, and where do the two calibration benches go?", false, 7, ""},
	{"Emre", protocol.QuestionOpen, "What happens to sites that are not on Kite by 30 June? We have two furnaces nobody wants to touch in spring.", false, 6, ""},
	{"Kofi", protocol.QuestionOpen, "Can the four-day pilot be extended to field service?", true, 4, ""},
	{"Ines", protocol.QuestionOpen, "Which three countries come first?", false, 3, ""},
	{"Sofia", protocol.QuestionAnswered, "When does the new travel policy start?", false, 0, "On 1 January. The short version is three pages, and it is on the home page."},
	{"Zoë", protocol.QuestionHeld, "Is the Porto building large enough for both labs?", false, 0, ""},
	{"Halvard", protocol.QuestionHeld, "Could we hear more about the winter measurements?", false, 0, ""},
}

// enliven lets the sample room look as if people had been talking.
func (s *server) enliven(ctx context.Context, m *media.Item) error {
	people := map[string]protocol.Person{}
	var ids []string
	for _, p := range demoPeople {
		who := session.Identity{Email: strings.ToLower(p.first) + "@marlow.example", First: p.first, Last: p.last}
		id := s.library.Participant(m.ID, who)
		_, err := s.store.Admit(ctx, m.ID, id, roomlog.Profile{Name: who.Name(), Email: who.Email}, p.role)
		if err != nil {
			return fmt.Errorf("demo people: %w", err)
		}
		people[p.first] = protocol.Person{ID: id, Name: who.Name(), Role: p.role}
		ids = append(ids, id)
	}
	for _, l := range demoLines {
		if _, err := s.store.Commit(ctx, hub.Line(m.ID, l.kind, people[l.who], l.text)); err != nil {
			return fmt.Errorf("demo chat: %w", err)
		}
	}
	ana := people["Ana"]
	now, err := s.store.Now(ctx)
	if err != nil {
		return err
	}
	for _, q := range demoQuestions {
		asker := people[q.who]
		asked := protocol.Question{ID: roomlog.NewID(), State: q.state, Text: q.text, Asker: &asker, Anonymous: q.anonymous}
		if q.answer != "" {
			asked.By, asked.How = &ana, "text"
			asked.Answers = []protocol.TextAnswer{{By: ana, Text: q.answer, To: "all", At: now.UnixMilli()}}
		}
		if _, err := s.store.Commit(ctx, hub.Question(m.ID, asked)); err != nil {
			return fmt.Errorf("demo questions: %w", err)
		}
		for _, voter := range ids[len(ids)-q.votes:] {
			if _, err := s.store.Vote(ctx, m.ID, voter, m.Rules().RolesWith(protocol.CanAsk), asked.ID, true); err != nil {
				return fmt.Errorf("demo votes: %w", err)
			}
		}
	}
	return nil
}
