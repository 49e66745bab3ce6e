package protocol

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// rights is FEATURES S5 as a person reads it: kind, role, and every capability
// that the role has there. What is missing is denied.
const rights = `
webcast viewer watch chat ask respond
webcast speaker watch chat ask respond answer backchannel
webcast moderator watch chat ask respond answer backchannel moderate_qna moderate_chat
webcast manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
simulive viewer watch chat ask respond
simulive speaker watch chat ask respond answer backchannel
simulive moderator watch chat ask respond answer backchannel moderate_qna moderate_chat
simulive manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
diy viewer watch chat ask respond
diy speaker watch chat ask respond answer backchannel
diy moderator watch chat ask respond answer backchannel moderate_qna moderate_chat
diy manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
room viewer watch chat ask respond
room speaker watch chat ask respond answer backchannel
room moderator watch chat ask respond answer backchannel moderate_qna moderate_chat initiate
room manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
video viewer watch
video manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
audio viewer watch
audio manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
document viewer watch
document manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
quiz viewer watch
quiz manager watch chat ask respond answer backchannel moderate_qna moderate_chat initiate manage
`

func names(c Capability) string {
	b, _ := json.Marshal(c)
	var list []string
	_ = json.Unmarshal(b, &list)
	return strings.Join(list, " ")
}

func TestEveryRightOfEveryRoleInEveryKind(t *testing.T) {
	want := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(rights)) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		role, caps, _ := strings.Cut(rest, " ")
		want[kind+" "+role] = caps
	}
	for _, kind := range Kinds {
		for role := NoRole; role <= Manager; role++ {
			got := names(Rules{Kind: kind, Collaboration: true}.Capabilities(role))
			if got != want[string(kind)+" "+role.String()] {
				t.Errorf("%s %s has %q, want %q", kind, role, got, want[string(kind)+" "+role.String()])
			}
		}
	}
	if c := (Rules{Kind: "party", Collaboration: true}).Capabilities(Manager); c != 0 {
		t.Errorf("an unknown kind allows %s", names(c))
	}
}

func TestManagerMayLetModeratorsInitiateInALiveKind(t *testing.T) {
	for _, kind := range Kinds {
		rules := Rules{Kind: kind, Collaboration: true, ModeratorsInitiate: true}
		if got := rules.Capabilities(Moderator)&CanInitiate != 0; got != kind.Live() {
			t.Errorf("%s: moderators may initiate: %v", kind, got)
		}
		if rules.Capabilities(Speaker)&CanInitiate != 0 {
			t.Errorf("%s: a speaker may initiate", kind)
		}
	}
}

func TestWithoutCollaborationOnlyWatchingAndManagingIsLeft(t *testing.T) {
	for _, kind := range Kinds {
		for role := Viewer; role <= Manager; role++ {
			if c := (Rules{Kind: kind}).Capabilities(role); c&^(CanWatch|CanManage) != 0 {
				t.Errorf("%s %s still may %s", kind, role, names(c))
			}
		}
	}
}

func TestRankRule(t *testing.T) {
	for a := Viewer; a <= Manager; a++ {
		for b := Viewer; b <= Manager; b++ {
			want := a > b || a == Manager && b == Manager
			if a.MayActOn(b) != want {
				t.Errorf("%s on %s: %v", a, b, !want)
			}
		}
	}
}

func TestRoleNamesAreAClosedSet(t *testing.T) {
	for _, bad := range []string{`"admin"`, `"Viewer"`, `["viewer"]`, `3`, `"moderаtor"`, `"viewer "`} {
		var r Role
		if json.Unmarshal([]byte(bad), &r) == nil {
			t.Errorf("%s was taken as %v", bad, r)
		}
	}
	for r := NoRole; r <= Manager; r++ {
		b, _ := json.Marshal(r)
		var back Role
		if err := json.Unmarshal(b, &back); err != nil || back != r {
			t.Errorf("%s came back as %v, %v", b, back, err)
		}
	}
}

func TestEveryCodeHasAnAnswer(t *testing.T) {
	for _, c := range Codes() {
		if c.Status() < 400 || c.Title() == "" {
			t.Errorf("%s: %d %q", c, c.Status(), c.Title())
		}
	}
	if e, known := AsError(fmt.Errorf("secret detail")); known || strings.Contains(e.Message, "secret") {
		t.Errorf("an internal error says %q", e.Message)
	}
}
