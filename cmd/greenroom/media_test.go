package main

import (
	"net/http"
	"strings"
	"testing"

	"greenroom/hub/protocol"
	"greenroom/hub/roomlog"
)

func TestEveryKindHasItsPage(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		for _, kind := range protocol.Kinds {
			id := mia.make(obj{"title": "A " + string(kind), "kind": kind, "description": "One\ntwo", "access": "anyone",
				"stage_url": "https://cdn.example/x"})
			seen := s.browser().get("/media/" + id).want(http.StatusOK)
			if seen.body["live"] != kind.Live() || len(seen.body["invite_roles"].([]any)) != len(kind.Roles()) ||
				seen.body["description"] != "One\ntwo" || seen.at("mine", "manage") != false {
				t.Errorf("%s: %s", kind, seen.raw)
			}
			want := map[bool]string{true: protocol.Scheduled, false: protocol.Open}[kind.Live()]
			if state := seen.at("doors", "state"); state != want {
				t.Errorf("%s: doors %v, want %s", kind, state, want)
			}
			guest := s.browser()
			to := guest.post("/media/"+id+"/enter", obj{"email": ada, "name": "Ada"}).want(http.StatusOK).text("url")
			if want := map[bool]string{true: "/r/", false: "/m/"}[kind.Live()] + id; to != want {
				t.Errorf("%s: enters %s, want %s", kind, to, want)
			}
			guest.wantRole(id, "viewer")
		}
	})
}

func TestWhatIsOnDemandCanBeWithdrawnAndBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		id := mia.make(obj{"title": "Film", "kind": "video", "access": "anyone", "stage_url": "https://cdn.example/film.mp4"})
		mia.post("/media/"+id+"/doors", obj{"do": "delay"}).refused(protocol.BadRequest)
		mia.post("/media/"+id+"/doors", obj{"do": "end"}).want(http.StatusOK)
		seen := s.browser().get("/media/" + id).want(http.StatusOK)
		if seen.body["stage_url"] != "" || strings.Contains(seen.raw, "film.mp4") {
			t.Fatalf("withdrawn, and still shown: %s", seen.raw)
		}
		s.browser().post("/media/"+id+"/enter", obj{"email": ada, "name": "Ada"}).refused(protocol.Ended)
		mia.post("/media/"+id+"/doors", obj{"do": "open"}).want(http.StatusOK)
		s.browser().post("/media/"+id+"/enter", obj{"email": ada, "name": "Ada"}).want(http.StatusOK)
	})
}

func TestAccessDecidesWhoEntersWithoutAnInvitation(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		otto := s.account("Otto", false)
		guest := s.browser()
		as := obj{"email": ada, "name": "Ada"}
		otto.post("/media/"+room+"/enter", obj{}).refused(protocol.NotFound)
		guest.post("/media/"+room+"/enter", as).refused(protocol.SignedOut)

		mia.send("PATCH", "/media/"+room, obj{"access": "accounts"}).want(http.StatusOK)
		guest.post("/media/"+room+"/enter", as).refused(protocol.SignedOut)
		guest.get("/media/" + room).refused(protocol.SignedOut)
		otto.post("/media/"+room+"/enter", obj{}).want(http.StatusOK)
		otto.wantRole(room, "viewer")
		if n := len(otto.get("/media").body["media"].([]any)); n != 1 {
			t.Fatalf("%d media listed, want 1", n)
		}

		mia.send("PATCH", "/media/"+room, obj{"access": "anyone"}).want(http.StatusOK)
		guest.post("/media/"+room+"/enter", obj{}).refused(protocol.BadRequest)
		guest.post("/media/"+room+"/enter", as).want(http.StatusOK)
		guest.post("/media/"+room+"/enter", obj{}).want(http.StatusOK) // again, as the same guest
		guest.wantRole(room, "viewer")

		mia.send("PATCH", "/media/"+room, obj{"access": "invited"}).want(http.StatusOK)
		guest.wantRole(room, "viewer") // who is in, stays
		s.browser().get("/media/" + room).refused(protocol.SignedOut)
	})
}

func TestCollaboratorsManageAndOwnersChooseThem(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		cora, owen := s.account("Cora", false), s.account("Owen", false)
		cora.get("/media/" + room).refused(protocol.NotFound)
		choice := []obj{{"email": "cora@marlow.example", "right": "co-editor"}, {"email": "OWEN@marlow.example", "right": "co-owner"}}
		mia.send("PATCH", "/media/"+room, obj{"collaborators": choice}).want(http.StatusOK)
		for _, b := range []*browser{cora, owen} {
			b.wantRole(room, "manager")
			b.invite(room, ada, "viewer")
			b.send("PATCH", "/media/"+room, obj{"title": "Ours"}).want(http.StatusOK)
		}
		cora.send("PATCH", "/media/"+room, obj{"collaborators": []obj{}}).refused(protocol.Forbidden)
		cora.send("DELETE", "/media/"+room, nil).refused(protocol.Forbidden)
		owen.send("PATCH", "/media/"+room, obj{"collaborators": choice[1:]}).want(http.StatusOK)
		cora.wantRole(room, "viewer")
		cora.get("/media/" + room + "/invites").refused(protocol.Forbidden)
		owen.send("DELETE", "/media/"+room, nil).want(http.StatusNoContent)
	})
}

func TestChangesReachTheRoomAndLeaveItsSettings(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		before := s.entries(room, "rules")
		_, err := s.server.store.Commit(t.Context(), roomlog.Command{Room: room, Kind: "settings", Body: []byte(`{"slow_mode":30,"premoderation":true}`),
			Effect: roomlog.SetSettings(protocol.RoomSettings{SlowMode: 30, Premoderation: true})})
		if err != nil {
			t.Fatal(err)
		}
		if pre := mia.send("PATCH", "/media/"+room, obj{"title": "New"}).want(http.StatusOK).body["premoderation"]; pre != true {
			t.Fatalf("premoderation %v, as it was set in the room", pre)
		}
		if n := s.entries(room, "rules") - before; n != 1 {
			t.Fatalf("%d entries, want 1", n)
		}
		settings, err := s.server.store.Settings(t.Context(), room)
		if err != nil || settings.SlowMode != 30 || !settings.Premoderation {
			t.Fatalf("settings %+v, %v", settings, err)
		}
	})
}

func TestStartMovesWhileTheDoorsAreClosed(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, _ string) {
		id := mia.make(obj{"title": "Later", "kind": "room", "start": "2126-12-03T15:00", "zone": "Europe/Lisbon"})
		moved := mia.send("PATCH", "/media/"+id, obj{"start": "2126-12-04T15:00"}).want(http.StatusOK)
		if moved.at("doors", "start") != moved.body["start"] || moved.at("doors", "delayed") != nil {
			t.Fatalf("got %s", moved.raw)
		}
		if start := mia.send("PATCH", "/media/"+id, obj{"start": ""}).want(http.StatusOK).body["start"]; start != 0.0 {
			t.Fatalf("start %v, want none", start)
		}
	})
}

func TestMediaOfAnotherBrowserAreNotListed(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		token, _ := mia.invite(room, ada, "viewer")
		guest := s.browser()
		guest.enter(token, ada).want(http.StatusOK)
		for b, want := range map[*browser]int{mia: 1, guest: 1, s.browser(): 0, s.account("Otto", false): 0} {
			if n := len(b.get("/media").want(http.StatusOK).body["media"].([]any)); n != want {
				t.Errorf("%d media listed, want %d", n, want)
			}
		}
	})
}

func TestLoweredCollaboratorIsNotRaisedByAnEdit(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		cora := s.account("Cora", false)
		choice := []obj{{"email": "cora@marlow.example", "right": "co-editor"}}
		mia.send("PATCH", "/media/"+room, obj{"collaborators": choice}).want(http.StatusOK)
		cora.wantRole(room, "manager")
		s.system(room, "cora@marlow.example", "role", roomlog.SetRole{Role: protocol.Viewer})
		cora.send("PATCH", "/media/"+room, obj{"title": "Mine"}).want(http.StatusOK)
		mia.send("PATCH", "/media/"+room, obj{"collaborators": choice}).want(http.StatusOK)
		cora.wantRole(room, "viewer")
	})
}

func TestOwnerCanTakeBackWhatACollaboratorHasTaken(t *testing.T) {
	each(t, func(t *testing.T, s *site, mia *browser, room string) {
		cora := s.account("Cora", false)
		mia.send("PATCH", "/media/"+room, obj{"collaborators": []obj{{"email": "cora@marlow.example", "right": "co-editor"}}}).want(http.StatusOK)
		s.system(room, "mia@marlow.example", "role", roomlog.SetRole{Role: protocol.Viewer})
		s.system(room, "mia@marlow.example", "remove", roomlog.Remove{Out: true})
		mia.send("PATCH", "/media/"+room, obj{"collaborators": []obj{}}).want(http.StatusOK)
		mia.wantRole(room, "manager")
		mia.connect(room, hello()).want("welcome")
		cora.wantRole(room, "viewer")
		cora.get("/media/" + room + "/invites").refused(protocol.Forbidden)
	})
}
