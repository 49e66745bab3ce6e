package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
	"greenroom/hub/roomlog/storetest"
)

// each runs a story on a site with each store, with the manager mia and her
// open webcast.
func each(t *testing.T, story func(t *testing.T, s *site, mia *browser, room string)) {
	storetest.Each(t, func(t *testing.T, store *roomlog.Store) {
		s := newSite(t, store)
		mia := s.account("Mia", true)
		room := mia.live("webcast")
		story(t, s, mia, room)
	})
}

// live makes a medium whose doors are open.
func (b *browser) live(kind string) (room string) {
	b.site.t.Helper()
	room = b.make(obj{"title": "Town hall", "kind": kind})
	b.post("/media/"+room+"/doors", obj{"do": "open"}).want(http.StatusOK)
	return room
}

func (b *browser) make(draft obj) (id string) {
	b.site.t.Helper()
	return b.post("/media", draft).want(http.StatusCreated).text("id")
}

// invite returns the token and the id of a new invitation.
func (b *browser) invite(room, email, role string) (token, id string) {
	b.site.t.Helper()
	a := b.post("/media/"+room+"/invites", obj{"email": email, "first": "Ada", "last": "Byron", "role": role}).want(http.StatusCreated)
	base, token, _ := strings.Cut(a.text("link"), "#")
	if base != b.site.url+"/i" {
		b.site.t.Fatalf("link leads to %s", base)
	}
	return token, a.at("invite", "id").(string)
}

func (b *browser) look(token string) answer { return b.post("/lobby", obj{"token": token}) }

func (b *browser) enter(token, email string) answer {
	body := obj{"token": token}
	if email != "" {
		body["email"] = email
	}
	return b.post("/lobby/enter", body)
}

// invitation is how the ledger shows an invitation.
func (b *browser) invitation(room, id string) obj {
	b.site.t.Helper()
	for _, v := range b.get("/media/" + room + "/invites").want(http.StatusOK).body["invites"].([]any) {
		if inv := v.(obj); inv["id"] == id {
			return inv
		}
	}
	b.site.t.Fatalf("no invitation %s", id)
	return nil
}

func (b *browser) wantRole(room, role string) {
	b.site.t.Helper()
	if got := b.get("/media/"+room).want(http.StatusOK).at("mine", "role"); got != role {
		b.site.t.Fatalf("role is %v, want %s", got, role)
	}
}

// entries counts the entries of a kind in a room's log.
func (s *site) entries(room, kind string) (n int) {
	s.t.Helper()
	all, err := s.server.store.Read(s.t.Context(), room, roomlog.Position{}, 10000)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range all {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

const ada = "ada@guest.example"

func TestInvitedPersonEntersWithTheInvitedEmail(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "speaker")
		if state := mia.invitation(room, id)["state"]; state != "sent" {
			t.Fatalf("state %v, want sent", state)
		}
		guest := s.browser()
		seen := guest.look(token).want(http.StatusOK)
		if seen.body["signed_in"] != false || seen.body["role"] != "speaker" || seen.body["hint"] != "a…a@guest.example" ||
			seen.at("media", "title") != "Town hall" || strings.Contains(seen.raw, ada) {
			t.Fatalf("lobby shows %s", seen.raw)
		}
		if state := mia.invitation(room, id)["state"]; state != "opened" {
			t.Fatalf("state %v, want opened", state)
		}
		guest.enter(token, "eve@guest.example").refused(protocol.Mismatch)
		guest.enter(token, "").refused(protocol.BadRequest)
		in := guest.enter(token, "  ADA@Guest.Example ").want(http.StatusOK)
		if in.text("url") != "/r/"+room || in.text("role") != "speaker" {
			t.Fatalf("entered as %s", in.raw)
		}
		guest.wantRole(room, "speaker")
		inv := mia.invitation(room, id)
		if inv["state"] != "redeemed" || inv["uses"] != 1.0 || inv["first"] != "Ada" || inv["last"] != "Byron" {
			t.Fatalf("ledger shows %v", inv)
		}
	})
}

func TestLookingUsesNothingUpHoweverOften(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "viewer")
		for range 100 {
			s.browser().look(token).want(http.StatusOK)
		}
		// A scanner that runs scripts and presses the button can't name the email.
		s.browser().enter(token, "").refused(protocol.BadRequest)
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
			res := s.browser().send(method, "/lobby", nil)
			if res.status < 400 || res.header.Get("Set-Cookie") != "" {
				t.Fatalf("%s: %d with cookie %q", method, res.status, res.header.Get("Set-Cookie"))
			}
		}
		if inv := mia.invitation(room, id); inv["state"] != "opened" || inv["uses"] != 0.0 {
			t.Fatalf("ledger shows %v", inv)
		}
	})
}

func TestSameDeviceRetriesWithoutASecondUse(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "moderator")
		guest := s.browser()
		guest.look(token).want(http.StatusOK)
		guest.enter(token, ada).want(http.StatusOK)
		// The answer was lost, and with it the session; the device stays.
		guest.forget("greenroom")
		guest.enter(token, ada).want(http.StatusOK)
		guest.enter(token, "").want(http.StatusOK)
		if inv := mia.invitation(room, id); inv["uses"] != 1.0 {
			t.Fatalf("uses %v, want 1", inv["uses"])
		}
		s.browser().look(token).refused(protocol.LinkUsed)
		s.browser().enter(token, ada).refused(protocol.LinkUsed)
	})
}

// forget drops a cookie.
func (b *browser) forget(name string) {
	u, _ := url.Parse(b.site.url)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Path: "/", MaxAge: -1}})
}

func TestAnotherDeviceIsTurnedAwayWhileUsesAreLeft(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		mia.send("PUT", "/policy", obj{"max_uses": 0}).want(http.StatusOK)
		token, _ := mia.invite(room, ada, "viewer")
		s.browser().enter(token, ada).want(http.StatusOK)
		s.browser().enter(token, ada).refused(protocol.OtherDevice)
	})
}

func TestLinkRaisesTheRoleInPlaceAndNeverLowersIt(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		viewer, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(viewer, ada).want(http.StatusOK)
		moderator, _ := mia.invite(room, ada, "moderator")
		seen := guest.look(moderator).want(http.StatusOK)
		if seen.body["signed_in"] != true || seen.body["in_room"] != true {
			t.Fatalf("lobby shows %s", seen.raw)
		}
		before := s.entries(room, "role")
		if role := guest.enter(moderator, "").want(http.StatusOK).text("role"); role != "moderator" {
			t.Fatalf("role %s", role)
		}
		if n := s.entries(room, "role") - before; n != 1 {
			t.Fatalf("%d role entries, want 1", n)
		}
		speaker, _ := mia.invite(room, ada, "speaker")
		if role := guest.enter(speaker, "").want(http.StatusOK).text("role"); role != "moderator" {
			t.Fatalf("lowered to %s", role)
		}
	})
}

func TestLinkFromBeforeADemotionDoesNotUndoIt(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		first, _ := mia.invite(room, ada, "moderator")
		second, _ := mia.invite(room, ada, "moderator")
		guest := s.browser()
		guest.enter(first, ada).want(http.StatusOK)
		s.system(room, ada, "role", roomlog.SetRole{Role: protocol.Viewer})
		guest.enter(first, "").want(http.StatusOK)
		guest.wantRole(room, "viewer")
		guest.enter(second, "").want(http.StatusOK)
		guest.wantRole(room, "viewer")
		third, _ := mia.invite(room, ada, "speaker")
		guest.enter(third, "").want(http.StatusOK)
		guest.wantRole(room, "speaker")
	})
}

// system does something to the invited person of an email, as a manager might.
func (s *site) system(room, email, kind string, e roomlog.Effect) {
	s.t.Helper()
	_, err := s.server.store.Commit(s.t.Context(), roomlog.Command{Room: room, Kind: kind,
		Object: roomlog.ParticipantID(s.server.library.Secret, room, email), Body: []byte("{}"), Effect: e})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestWhoWasRemovedStaysOutWhateverTheLink(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		s.system(room, ada, "remove", roomlog.Remove{Out: true})
		other, _ := mia.invite(room, ada, "moderator")
		if a := guest.look(other).refused(protocol.Removed); a.body["removed_at"] == nil {
			t.Fatalf("without a time: %s", a.raw)
		}
		guest.enter(other, ada).refused(protocol.Removed)
		s.browser().enter(other, ada).refused(protocol.Removed)
		guest.get("/media/" + room).refused(protocol.Removed)
		guest.post("/media/"+room+"/enter", obj{}).refused(protocol.Removed)
	})
}

func TestNobodyEntersBeforeTheDoorsOpenOrAfterTheEnd(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		start := time.Now().UTC().Add(3 * time.Hour).Format("2006-01-02T15:04")
		room := mia.make(obj{"title": "Later", "kind": "room", "start": start, "zone": "UTC"})
		token, id := mia.invite(room, ada, "speaker")
		guest := s.browser()
		if state := guest.look(token).want(http.StatusOK).at("doors", "state"); state != "scheduled" {
			t.Fatalf("doors %v", state)
		}
		guest.enter(token, ada).refused(protocol.NotStarted)
		if uses := mia.invitation(room, id)["uses"]; uses != 0.0 {
			t.Fatalf("uses %v before the doors opened", uses)
		}
		mia.post("/media/"+room+"/doors", obj{"do": "delay", "word": "We are\nlate"}).want(http.StatusOK)
		doors := guest.look(token).want(http.StatusOK).body["doors"].(obj)
		if doors["delayed"] != true || doors["word"] != "We are\nlate" || doors["start"] != 0.0 {
			t.Fatalf("doors %v", doors)
		}
		past := time.Now().UTC().Add(-time.Minute).Format("2006-01-02T15:04")
		mia.post("/media/"+room+"/doors", obj{"do": "delay", "start": past, "zone": "UTC"}).want(http.StatusOK)
		guest.enter(token, ada).want(http.StatusOK)
		mia.post("/media/"+room+"/doors", obj{"do": "end"}).want(http.StatusOK)
		other, _ := mia.invite(room, "ben@guest.example", "viewer")
		s.browser().look(other).refused(protocol.Ended)
		guest.enter(token, ada).refused(protocol.Ended)
	})
}

func TestLinkDiesWithItsInvitationAndItsMedium(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "viewer")
		mia.send("DELETE", "/media/"+room+"/invites/"+id, nil).want(http.StatusNoContent)
		mia.send("DELETE", "/media/"+room+"/invites/"+id, nil).want(http.StatusNoContent)
		s.browser().look(token).refused(protocol.Withdrawn)
		s.browser().enter(token, ada).refused(protocol.Withdrawn)

		token, _ = mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		mia.send("DELETE", "/media/"+room, nil).want(http.StatusNoContent)
		guest.look(token).refused(protocol.MediaGone)
		guest.enter(token, ada).refused(protocol.MediaGone)
		mia.get("/media/" + room).refused(protocol.NotFound)
		mia.send("DELETE", "/media/"+room, nil).refused(protocol.NotFound)
		if list := mia.get("/media").body["media"].([]any); len(list) != 0 {
			t.Fatalf("still listed: %v", list)
		}
	})
}

func TestExpiryIsTheStoresToDecide(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "viewer")
		now, err := s.server.store.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		expires := func(at time.Time) {
			err := s.server.store.Redis.HSet(t.Context(), s.server.store.Keys(room).Invite(id), "expires", at.UnixMilli()).Err()
			if err != nil {
				t.Fatal(err)
			}
		}
		expires(now)
		guest := s.browser()
		a := guest.enter(token, ada).refused(protocol.LinkExpired)
		if a.body["valid_until"] != float64(now.UnixMilli()) {
			t.Fatalf("valid until %v, want %d", a.body["valid_until"], now.UnixMilli())
		}
		expires(now.Add(time.Minute))
		guest.enter(token, ada).want(http.StatusOK)
		expires(now)
		guest.look(token).want(http.StatusOK) // who is in, comes back
		s.browser().look(token).refused(protocol.LinkExpired)
	})
}

// TestLinkLivesFromTheOpeningOfTheDoors invites somebody to a session that is
// further away than a link's lifetime.
func TestLinkLivesFromTheOpeningOfTheDoors(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		m := mia.send("POST", "/media", map[string]any{"title": "Far away", "kind": "webcast", "access": "invited",
			"collaboration": true, "start": "2031-03-05T10:00", "zone": "UTC"}).want(http.StatusCreated)
		room := m.body["id"].(string)
		start := int64(m.body["start"].(float64))
		token, id := mia.invite(room, ada, "viewer")
		day := (24 * time.Hour).Milliseconds()
		inv := mia.get("/media/" + room + "/invites").body["invites"].([]any)[0].(map[string]any)
		if until := int64(inv["expires_at"].(float64)); until != start+day {
			t.Fatalf("valid until %d, want a day after the start, %d", until, start+day)
		}
		// A week goes by: the link was made long ago.
		key := s.server.store.Keys(room).Invite(id)
		long := time.Now().Add(-7 * 24 * time.Hour).UnixMilli()
		if err := s.server.store.Redis.HSet(t.Context(), key, "created", long, "expires", long+day).Err(); err != nil {
			t.Fatal(err)
		}
		s.browser().look(token).want(http.StatusOK)
		mia.send("POST", "/media/"+room+"/doors", map[string]any{"do": "open"}).want(http.StatusOK)
		s.browser().enter(token, ada).want(http.StatusOK)
	})
}
