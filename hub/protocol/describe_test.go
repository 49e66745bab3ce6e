package protocol

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// serverMessages is one of each that the hub sends.
var serverMessages = []ServerMessage{Welcome{}, ChatMessage{}, ChatMessage{Channel: "whisper"}, QuestionChanged{}, QuestionGone{},
	DoorsChanged{}, SettingsChanged{}, RoleChanged{}, PersonMuted{}, PersonRemoved{}, YouChanged{}, Ack{}, Refused{},
	HistoryPage{}, Pong{}, Presence{}, Votes{}, Receipt{}, RosterState{}, Degraded{}}

type schema struct {
	Type       string            `yaml:"type"`
	Required   []string          `yaml:"required"`
	Properties map[string]schema `yaml:"properties"`
	Items      *schema           `yaml:"items"`
	Values     *schema           `yaml:"additionalProperties"`
	Ref        string            `yaml:"$ref"`
	Const      string            `yaml:"const"`
}

func (s *schema) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode { // additionalProperties: false
		return nil
	}
	type plain schema
	return n.Decode((*plain)(s))
}

type description struct {
	Components struct {
		Messages map[string]struct{ Payload schema }
		Schemas  map[string]schema
	}
}

// kinds are the JSON types of Go's kinds, for those that we use.
var kinds = map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer",
	reflect.Slice: "array", reflect.Map: "object"}

func (d *description) compare(t *testing.T, path string, s schema, typ reflect.Type) {
	t.Helper()
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		if s, ok = d.Components.Schemas[name]; !ok || name != typ.Name() {
			t.Errorf("%s refers to %s, the type is %s", path, name, typ.Name())
			return
		}
	}
	switch typ {
	case reflect.TypeFor[Role](), reflect.TypeFor[Kind]():
		if s.Type != "string" {
			t.Errorf("%s is a %s, want a string", path, s.Type)
		}
		return
	case reflect.TypeFor[Capability]():
		if s.Type != "array" {
			t.Errorf("%s is a %s, want an array", path, s.Type)
		}
		return
	}
	if typ.Kind() != reflect.Struct {
		if s.Type != kinds[typ.Kind()] {
			t.Errorf("%s is a %s, the type says %s", path, s.Type, kinds[typ.Kind()])
		}
		if typ.Kind() == reflect.Slice {
			d.compare(t, path+"[]", *s.Items, typ.Elem())
		}
		if typ.Kind() == reflect.Map {
			d.compare(t, path+"{}", *s.Values, typ.Elem())
		}
		return
	}
	fields := fieldsOf(typ)
	for name, f := range fields {
		p, ok := s.Properties[name]
		if !ok {
			t.Errorf("%s.%s is not described", path, name)
			continue
		}
		d.compare(t, path+"."+name, p, f.Type)
	}
	for name := range s.Properties {
		if _, ok := fields[name]; !ok && name != "type" {
			t.Errorf("%s.%s is described and does not exist", path, name)
		}
	}
	for _, name := range s.Required {
		if _, ok := s.Properties[name]; !ok {
			t.Errorf("%s.%s is required and not described", path, name)
		}
	}
}

func fieldsOf(typ reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(typ) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.Anonymous && name != "-" && name != "type" {
			fields[name] = f
		}
	}
	return fields
}

func TestAsyncAPIDescribesTheTypes(t *testing.T) {
	var d description
	if err := yaml.Unmarshal(AsyncAPI, &d); err != nil {
		t.Fatal(err)
	}
	want := map[string]reflect.Type{}
	for name, make := range clientTypes {
		want["client."+name] = reflect.TypeOf(make())
	}
	for _, m := range serverMessages {
		want["server."+m.Type()] = reflect.TypeOf(m)
	}
	for name, typ := range want {
		m, ok := d.Components.Messages[name]
		if !ok {
			t.Errorf("%s is not described", name)
			continue
		}
		d.compare(t, name, m.Payload, typ)
		if _, kind, _ := strings.Cut(name, "."); m.Payload.Properties["type"].Const != kind || !slices.Contains(m.Payload.Required, "type") {
			t.Errorf("%s does not say its type", name)
		}
	}
	for name := range d.Components.Messages {
		if want[name] == nil {
			t.Errorf("%s is described and does not exist", name)
		}
	}
}
