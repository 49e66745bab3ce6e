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

func TestAClaimOfOneRoomCountsInNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		other := mia.live("room")
		token, _ := mia.invite(room, ada, "moderator")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		guest.get("/media/" + other).refused(protocol.SignedOut)
		guest.get("/media/" + room + "/invites").refused(protocol.Forbidden)
		guest.post("/media/"+other+"/enter", obj{}).refused(protocol.SignedOut)
		if a := guest.get("/session").want(http.StatusOK); a.body["account"] != nil {
			t.Fatalf("a link signed in: %s", a.raw)
		}
		// The token of one room with the id of another is no token.
		_, rest, _ := strings.Cut(token, ".")
		s.browser().look(other + "." + rest).refused(protocol.LinkInvalid)
	})
}

func TestNobodyBecomesAManagerByKnowingTheirEmail(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		mia.post("/media/"+room+"/invites", obj{"email": "mia@marlow.example", "first": "M", "last": "L", "role": "viewer"}).
			refused(protocol.Conflict)
		// Invited as a viewer, made a manager in the room, and then another link.
		token, _ := mia.invite(room, ada, "viewer")
		second, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		s.system(room, ada, "role", roomlog.SetRole{Role: protocol.Manager})
		s.browser().enter(second, ada).refused(protocol.SignedOut)
		guest.enter(second, "").want(http.StatusOK)
		guest.wantRole(room, "manager")
		// A guest who types a manager's address is still a guest.
		open := mia.live("webcast")
		mia.send("PATCH", "/media/"+open, obj{"access": "anyone"}).want(http.StatusOK)
		eve := s.browser()
		eve.post("/media/"+open+"/enter", obj{"email": "mia@marlow.example", "name": "Mia Lind"}).want(http.StatusOK)
		eve.wantRole(open, "viewer")
		eve.send("DELETE", "/media/"+open, nil).refused(protocol.Forbidden)
	})
}

func TestBlockedDomainsAreRefusedWhenInvitingAndWhenRedeeming(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, "ada@mail.bücher.example", "viewer")
		mia.send("PUT", "/policy", obj{"blocked_domains": []string{" BÜCHER.example "}}).want(http.StatusOK)
		s.browser().look(token).refused(protocol.Blocked)
		s.browser().enter(token, "ada@mail.bücher.example").refused(protocol.Blocked)
		for _, email := range []string{"x@bücher.example", "x@xn--bcher-kva.example", "x@a.b.BÜCHER.example"} {
			mia.post("/media/"+room+"/invites", obj{"email": email, "first": "X", "last": "Y", "role": "viewer"}).refused(protocol.Blocked)
		}
		mia.invite(room, "x@notxn--bcher-kva.example", "viewer")
		mia.send("PUT", "/policy", obj{"allowed_domains": []string{"guest.example"}}).want(http.StatusOK)
		mia.invite(room, ada, "viewer")
		mia.post("/media/"+room+"/invites", obj{"email": "x@evilguest.example", "first": "X", "last": "Y", "role": "viewer"}).refused(protocol.Blocked)
		mia.send("PUT", "/policy", obj{"enabled": false}).want(http.StatusOK)
		mia.post("/media/"+room+"/invites", obj{"email": ada, "first": "X", "last": "Y", "role": "viewer"}).refused(protocol.Forbidden)
		s.browser().look(token).refused(protocol.Withdrawn)
	})
}

func TestRoomWithoutCollaborationHasNoInvitations(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		room := mia.live("room")
		mia.send("PATCH", "/media/"+room, obj{"collaboration": false}).want(http.StatusOK)
		if may := mia.get("/media/"+room).at("mine", "may_invite"); may != false {
			t.Fatalf("may_invite %v", may)
		}
		body := obj{"email": ada, "first": "A", "last": "B", "role": "viewer"}
		mia.post("/media/"+room+"/invites", body).refused(protocol.Forbidden)
		mia.send("PATCH", "/media/"+room, obj{"collaboration": true}).want(http.StatusOK)
		mia.post("/media/"+room+"/invites", body).want(http.StatusCreated)
		video := mia.make(obj{"title": "Film", "kind": "video"})
		body["role"] = "speaker"
		mia.post("/media/"+video+"/invites", body).refused(protocol.BadRequest)
		token, _ := mia.invite(video, ada, "viewer")
		if to := s.browser().enter(token, ada).want(http.StatusOK).text("url"); to != "/m/"+video {
			t.Fatalf("leads to %s", to)
		}
	})
}

func TestWrongEmailsRunOut(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "viewer")
		guest := s.browser()
		for range 10 {
			guest.enter(token, "eve@guest.example").refused(protocol.Mismatch)
		}
		for _, email := range []string{"eve@guest.example", ada} {
			if a := guest.enter(token, email).refused(protocol.TooManyTries); a.body["retry_after"] == nil || a.header.Get("Retry-After") == "" {
				t.Fatalf("without a time to wait: %s", a.raw)
			}
		}
		if uses := mia.invitation(room, id)["uses"]; uses != 0.0 {
			t.Fatalf("uses %v", uses)
		}
	})
}

func TestWithoutAValidSecretEveryAnswerIsTheSame(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, id := mia.invite(room, ada, "viewer")
		secret := strings.Split(token, ".")[2]
		revoked, revokedID := mia.invite(room, ada, "viewer")
		mia.send("DELETE", "/media/"+room+"/invites/"+revokedID, nil).want(http.StatusNoContent)
		wrong := strings.Repeat("A", 43)
		want := s.browser().look("nonsense").refused(protocol.LinkInvalid).raw
		for _, token := range []string{
			"", "..", room, room + "." + id, room + "." + id + ".", room + "." + id + "." + wrong,
			room + ".0000000000000000." + secret, "aaaaaaaaaaaaaaaa." + id + "." + secret,
			room + "." + revokedID + "." + wrong, revoked + "A", strings.ToUpper(token), token + ".x", " " + token,
			room + "." + id + "\r\n." + secret, strings.Repeat("a.", 5000),
		} {
			for _, path := range []string{"/lobby", "/lobby/enter"} {
				a := s.browser().post(path, obj{"token": token}).refused(protocol.LinkInvalid)
				if a.raw != want || a.header.Get("Set-Cookie") != "" {
					t.Errorf("%.60q: %s with cookie %q", token, a.raw, a.header.Get("Set-Cookie"))
				}
			}
		}
	})
}

func TestLogsHoldNoSecretsAndNoEmails(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.look(token).want(http.StatusOK)
		guest.enter(token, "eve@guest.example").refused(protocol.Mismatch)
		guest.enter(token, ada).want(http.StatusOK)
		mia.get("/accounts?q=" + ada).want(http.StatusOK)
		_ = s.server.store.Redis.Close() // whatever fails now, is logged
		guest.enter(token, ada).refused(protocol.Unavailable)
		log := s.log.String()
		u, _ := url.Parse(s.url)
		canaries := []string{token, strings.Split(token, ".")[2], "guest.example", password}
		for _, c := range append(guest.client.Jar.Cookies(u), mia.client.Jar.Cookies(u)...) {
			canaries = append(canaries, c.Value)
		}
		for _, secret := range canaries {
			if strings.Contains(log, secret) {
				t.Errorf("the log has %q", secret)
			}
		}
		if !strings.Contains(log, `"path":"/api/v1/lobby"`) {
			t.Error("the log has no requests")
		}
	})
}
