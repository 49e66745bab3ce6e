package api

import (
	_ "embed"
	"net/http"
)

// OpenAPI is the description of the API. A test holds it against the routes.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Describe answers with a description in YAML.
func Describe(document []byte) Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/yaml")
		w.Write(document)
		return nil
	}
}
