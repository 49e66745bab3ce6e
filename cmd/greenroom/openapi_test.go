package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gorilla/mux"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog/storetest"
)

func describe(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDescriptionHasTheRoutesThatTheRouterHas(t *testing.T) {
	doc := describe(t)
	var described []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	site := newSite(t, storetest.Embedded(t))
	router, err := site.server.router()
	if err != nil {
		t.Fatal(err)
	}
	var served []string
	err = router.Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, _ := r.GetPathTemplate()
		methods, _ := r.GetMethods()
		if rest, ok := strings.CutPrefix(path, "/api/v1"); ok {
			for _, method := range methods {
				served = append(served, method+" "+rest)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described:\n%s\nserved:\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
}

func TestDescriptionHasEveryCode(t *testing.T) {
	var described []protocol.Code
	for _, code := range describe(t).Components.Schemas["Problem"].Value.Properties["code"].Value.Enum {
		described = append(described, protocol.Code(code.(string)))
	}
	codes := protocol.Codes()
	slices.Sort(described)
	slices.Sort(codes)
	if !slices.Equal(described, codes) {
		t.Errorf("described %v, defined %v", described, codes)
	}
}
