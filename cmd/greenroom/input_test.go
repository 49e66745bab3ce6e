package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"greenroom/hub/protocol"
)

// contents is everything that the store holds, but for what every request
// touches. With all set it has that too.
func (s *site) contents(all bool) []string {
	s.t.Helper()
	ctx, db := s.t.Context(), s.server.store.Redis
	var lines []string
	for _, key := range db.Keys(ctx, "*").Val() {
		if !all && (strings.HasPrefix(key, "rate:") || strings.Contains(key, "session:")) {
			continue
		}
		var value any
		switch kind := db.Type(ctx, key).Val(); kind {
		case "string":
			value = db.Get(ctx, key).Val()
		case "hash":
			value = db.HGetAll(ctx, key).Val()
		case "set":
			value = slices.Sorted(slices.Values(db.SMembers(ctx, key).Val()))
		case "zset":
			value = db.ZRangeWithScores(ctx, key, 0, -1).Val()
		case "stream":
			value = db.XRange(ctx, key, "-", "+").Val()
		case "none": // it expired just now
			continue
		default:
			s.t.Fatalf("%s is a %s", key, kind)
		}
		lines = append(lines, fmt.Sprint(key, " ", value))
	}
	slices.Sort(lines)
	return lines
}

func TestBadInputIsRefusedAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		long := strings.Repeat("x", 6000)
		_, id := mia.invite(room, ada, "viewer")
		on := "/media/" + room
		ok := obj{"email": "x@y.example", "first": "X", "last": "Y", "role": "viewer"}
		with := func(o obj, field string, v any) obj {
			c := obj{}
			for k, old := range o {
				c[k] = old
			}
			if c[field] = v; v == nil {
				delete(c, field)
			}
			return c
		}
		medium := obj{"title": "T", "kind": "webcast"}
		account := obj{"email": "x@y.example", "first": "X", "last": "Y", "password": password}
		before := s.contents(false)
		for _, tc := range []struct {
			method, path string
			body         any
			code         protocol.Code
			field        string
		}{
			{"POST", "/session", obj{"email": 1, "password": "x"}, protocol.BadRequest, "email"},
			{"POST", "/session", obj{"email": "mia@marlow.example"}, protocol.BadRequest, "password"},
			{"POST", "/session", obj{"email": "mia", "password": "x"}, protocol.BadRequest, "email"},
			{"POST", "/session", obj{"email": "mia@marlow.example", "password": long}, protocol.BadRequest, "password"},
			{"POST", "/session", obj{"email": "a@b.example", "password": "x", "admin": true}, protocol.BadRequest, "admin"},
			{"POST", "/setup", obj{"token": []int{1}}, protocol.BadRequest, "token"},
			{"POST", "/setup", obj{}, protocol.LinkInvalid, ""},
			{"POST", "/accounts", with(account, "email", nil), protocol.BadRequest, "email"},
			{"POST", "/accounts", with(account, "first", " \u202e\x00 "), protocol.BadRequest, "first"},
			{"POST", "/accounts", with(account, "last", long), protocol.BadRequest, "last"},
			{"POST", "/accounts", with(account, "password", "short"), protocol.BadRequest, "password"},
			{"POST", "/accounts", with(account, "admin", "yes"), protocol.BadRequest, "admin"},
			{"GET", "/accounts?limit=0", nil, protocol.BadRequest, "limit"},
			{"GET", "/accounts?limit=9999999999999999999", nil, protocol.BadRequest, "limit"},
			{"GET", "/accounts?q=" + long[:200], nil, protocol.BadRequest, "q"},

			{"POST", "/media", nil, protocol.BadRequest, ""},
			{"POST", "/media", "", protocol.BadRequest, ""},
			{"POST", "/media", "null", protocol.BadRequest, ""},
			{"POST", "/media", "[]", protocol.BadRequest, ""},
			{"POST", "/media", `{"title":"a","title":"b"}`, protocol.BadRequest, "title"},
			{"POST", "/media", `{"title":"a"`, protocol.BadRequest, ""},
			{"POST", "/media", "{\"title\":\"\xff\"}", protocol.BadRequest, ""},
			{"POST", "/media", `{"title":"` + strings.Repeat("x", 70<<10) + `"}`, protocol.BadRequest, ""},
			{"POST", "/media", `{"title":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`, protocol.BadRequest, ""},
			{"POST", "/media", with(medium, "title", nil), protocol.BadRequest, "title"},
			{"POST", "/media", with(medium, "title", " \n "), protocol.BadRequest, "title"},
			{"POST", "/media", with(medium, "title", long), protocol.BadRequest, "title"},
			{"POST", "/media", with(medium, "description", long), protocol.BadRequest, "description"},
			{"POST", "/media", with(medium, "kind", nil), protocol.BadRequest, "kind"},
			{"POST", "/media", with(medium, "kind", "concert"), protocol.BadRequest, "kind"},
			{"POST", "/media", with(medium, "kind", 3), protocol.BadRequest, "kind"},
			{"POST", "/media", with(medium, "id", "aaaaaaaaaaaaaaaa"), protocol.BadRequest, "id"},
			{"POST", "/media", with(medium, "owner", "eve@marlow.example"), protocol.BadRequest, "owner"},
			{"POST", "/media", with(medium, "access", "everyone"), protocol.BadRequest, "access"},
			{"POST", "/media", with(medium, "start", "tomorrow"), protocol.BadRequest, "zone"},
			{"POST", "/media", obj{"title": "T", "kind": "room", "start": "tomorrow", "zone": "UTC"}, protocol.BadRequest, "start"},
			{"POST", "/media", obj{"title": "T", "kind": "room", "start": "2026-12-03T15:00", "zone": "../../etc/passwd"}, protocol.BadRequest, "zone"},
			{"POST", "/media", obj{"title": "T", "kind": "room", "start": "2027-03-28T01:30", "zone": "Europe/Lisbon"}, protocol.BadRequest, "start"},
			{"POST", "/media", with(medium, "stage_url", "javascript:alert(1)"), protocol.BadRequest, "stage_url"},
			{"POST", "/media", with(medium, "stage_url", "//evil.example/x"), protocol.BadRequest, "stage_url"},
			{"POST", "/media", with(medium, "stage_url", "https://user@evil.example"), protocol.BadRequest, "stage_url"},
			{"POST", "/media", with(medium, "stage_url", "https://x.example/"+long), protocol.BadRequest, "stage_url"},
			{"POST", "/media", with(medium, "collaboration", 1), protocol.BadRequest, "collaboration"},
			{"POST", "/media", with(medium, "collaborators", []obj{{"email": "nobody@marlow.example", "right": "co-owner"}}), protocol.BadRequest, "collaborators"},
			{"POST", "/media", with(medium, "collaborators", []obj{{"email": "mia@marlow.example", "right": "co-owner"}}), protocol.BadRequest, "collaborators"},
			{"POST", "/media", with(medium, "collaborators", []obj{{"email": "mia@marlow.example", "right": "owner"}}), protocol.BadRequest, "collaborators"},

			{"GET", "/media/x", nil, protocol.NotFound, ""},
			{"GET", "/media/aaaaaaaaaaaaaaaa", nil, protocol.NotFound, ""},
			{"GET", "/media/AAAAAAAAAAAAAAAA", nil, protocol.NotFound, ""},
			{"GET", "/media/%7Bx%7D*aaaaaaaaaaaaa", nil, protocol.NotFound, ""},
			{"PATCH", "/media/aaaaaaaaaaaaaaaa", obj{}, protocol.NotFound, ""},
			{"PATCH", on, obj{"kind": "room"}, protocol.BadRequest, "kind"},
			{"PATCH", on, obj{"title": ""}, protocol.BadRequest, "title"},
			{"PATCH", on, obj{"start": "2030-01-01T10:00"}, protocol.Conflict, ""},
			{"PATCH", on, obj{"created_at": 1}, protocol.BadRequest, "created_at"},
			{"DELETE", "/media/aaaaaaaaaaaaaaaa", nil, protocol.NotFound, ""},
			{"POST", on + "/doors", obj{}, protocol.BadRequest, "do"},
			{"POST", on + "/doors", obj{"do": "slam"}, protocol.BadRequest, "do"},
			{"POST", on + "/doors", obj{"do": "open"}, protocol.Conflict, ""},
			{"POST", on + "/doors", obj{"do": "delay"}, protocol.Conflict, ""},
			{"POST", on + "/doors", obj{"do": "end", "start": "2030-01-01T10:00"}, protocol.BadRequest, "start"},
			{"POST", on + "/doors", obj{"do": "delay", "start": "soon"}, protocol.BadRequest, "start"},
			{"POST", on + "/doors", obj{"do": "delay", "zone": "Mars/Base", "start": "2030-01-01T10:00"}, protocol.BadRequest, "zone"},
			{"POST", on + "/doors", obj{"do": "end", "word": long}, protocol.BadRequest, "word"},
			{"POST", on + "/enter", obj{"name": 1}, protocol.BadRequest, "name"},
			{"POST", "/media/aaaaaaaaaaaaaaaa/enter", obj{}, protocol.NotFound, ""},

			{"GET", "/media/aaaaaaaaaaaaaaaa/invites", nil, protocol.NotFound, ""},
			{"POST", "/media/aaaaaaaaaaaaaaaa/invites", ok, protocol.NotFound, ""},
			{"POST", on + "/invites", with(ok, "email", nil), protocol.BadRequest, "email"},
			{"POST", on + "/invites", with(ok, "email", "x@y.example\r\nBcc: z@y.example"), protocol.BadRequest, "email"},
			{"POST", on + "/invites", with(ok, "first", nil), protocol.BadRequest, "first"},
			{"POST", on + "/invites", with(ok, "last", ""), protocol.BadRequest, "last"},
			{"POST", on + "/invites", with(ok, "last", long), protocol.BadRequest, "last"},
			{"POST", on + "/invites", with(ok, "role", nil), protocol.BadRequest, "role"},
			{"POST", on + "/invites", with(ok, "role", "manager"), protocol.BadRequest, "role"},
			{"POST", on + "/invites", with(ok, "role", "Moderator"), protocol.BadRequest, "role"},
			{"POST", on + "/invites", with(ok, "role", []string{"viewer"}), protocol.BadRequest, "role"},
			{"POST", on + "/invites", with(ok, "max_uses", 99), protocol.BadRequest, "max_uses"},
			{"DELETE", on + "/invites/x", nil, protocol.NotFound, ""},
			{"DELETE", on + "/invites/0000000000000000", nil, protocol.NotFound, ""},
			{"DELETE", "/media/aaaaaaaaaaaaaaaa/invites/" + id, nil, protocol.NotFound, ""},
			{"PUT", "/policy", obj{"lifetime_hours": 0}, protocol.BadRequest, "lifetime_hours"},
			{"PUT", "/policy", obj{"lifetime_hours": 1e9}, protocol.BadRequest, "lifetime_hours"},
			{"PUT", "/policy", obj{"lifetime_hours": 1.5}, protocol.BadRequest, "lifetime_hours"},
			{"PUT", "/policy", obj{"max_uses": -1}, protocol.BadRequest, "max_uses"},
			{"PUT", "/policy", obj{"enabled": "no"}, protocol.BadRequest, "enabled"},
			{"PUT", "/policy", obj{"blocked_domains": []string{"not a domain"}}, protocol.BadRequest, "blocked_domains"},
			{"PUT", "/policy", obj{"blocked_domains": "x.example"}, protocol.BadRequest, "blocked_domains"},
			{"PUT", "/policy", obj{"who": "all"}, protocol.BadRequest, "who"},
			{"POST", "/lobby", obj{"token": 1}, protocol.BadRequest, "token"},
			{"POST", "/lobby", obj{"token": "x", "email": ada}, protocol.BadRequest, "email"},
			{"POST", "/lobby/enter", obj{"token": "x", "role": "manager"}, protocol.BadRequest, "role"},
			{"GET", "/nothing", nil, protocol.NotFound, ""},
			{"DELETE", "/media", nil, protocol.NotFound, ""},
		} {
			a := mia.send(tc.method, tc.path, tc.body).refused(tc.code)
			if a.text("field") != tc.field {
				t.Errorf("%s %.60s %.80v: about %q, want %q", tc.method, tc.path, tc.body, a.text("field"), tc.field)
			}
			if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s %.60s: headers %v", tc.method, tc.path, a.header)
			}
		}
		if after := s.contents(false); !slices.Equal(before, after) {
			t.Errorf("something was written:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	})
}

func TestWhoMayNotIsRefusedAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		_, id := mia.invite(room, ada, "viewer")
		speaker, _ := mia.invite(room, "sue@guest.example", "speaker")
		inside := s.browser()
		inside.enter(speaker, "sue@guest.example").want(http.StatusOK)
		outside := s.account("Otto", false)
		other := outside.live("room")
		otherToken, otherID := outside.invite(other, ada, "viewer")
		_ = otherToken
		before := s.contents(false)
		invitation := obj{"email": "x@y.example", "first": "X", "last": "Y", "role": "viewer"}
		for _, tc := range []struct {
			method, path string
			body         any
			insider      protocol.Code
		}{
			{"PATCH", "/media/" + room, obj{"title": "Mine"}, protocol.Forbidden},
			{"DELETE", "/media/" + room, nil, protocol.Forbidden},
			{"POST", "/media/" + room + "/doors", obj{"do": "end"}, protocol.Forbidden},
			{"GET", "/media/" + room + "/invites", nil, protocol.Forbidden},
			{"POST", "/media/" + room + "/invites", invitation, protocol.Forbidden},
			{"DELETE", "/media/" + room + "/invites/" + id, nil, protocol.Forbidden},
		} {
			inside.send(tc.method, tc.path, tc.body).refused(tc.insider)
			outside.send(tc.method, tc.path, tc.body).refused(protocol.NotFound)
			s.browser().send(tc.method, tc.path, tc.body).refused(protocol.SignedOut)
		}
		// An invitation is found under its own medium alone.
		mia.send("DELETE", "/media/"+room+"/invites/"+otherID, nil).refused(protocol.NotFound)
		outside.send("DELETE", "/media/"+other+"/invites/"+id, nil).refused(protocol.NotFound)
		outside.send("PUT", "/policy", obj{}).refused(protocol.Forbidden)
		outside.get("/media/" + room).refused(protocol.NotFound)
		outside.post("/media/"+room+"/enter", obj{}).refused(protocol.NotFound)
		inside.post("/media", obj{"title": "T", "kind": "video"}).refused(protocol.SignedOut)
		if after := s.contents(false); !slices.Equal(before, after) {
			t.Errorf("something was written:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	})
}
