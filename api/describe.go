package api

import (
	_ "embed"
	"net/http"
)

// OpenAPI is the description of the API. A test holds it against the routes.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Describe answers with the description of the API.
func Describe(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	w.Write(OpenAPI)
	return nil
}
