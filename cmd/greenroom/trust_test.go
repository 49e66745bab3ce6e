package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

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

func TestBadLinksDontShutOutWhoHoldsAGoodOne(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "viewer")
		for range 60 {
			s.browser().look("nonsense").refused(protocol.LinkInvalid)
		}
		s.browser().look("nonsense").refused(protocol.TooManyTries)
		guest := s.browser()
		guest.look(token).want(http.StatusOK)
		guest.enter(token, ada).want(http.StatusOK)
	})
}
