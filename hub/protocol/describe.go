package protocol

import _ "embed"

// AsyncAPI describes the socket to machines. A test holds it against the types.
//
//go:embed asyncapi.yaml
var AsyncAPI []byte
