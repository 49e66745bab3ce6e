package sim_test

import (
	"os"
	"testing"

	"github.com/redis/go-redis/v9/logging"
)

// TestMain keeps the client from telling of each fault that is meant.
func TestMain(m *testing.M) {
	logging.Disable()
	os.Exit(m.Run())
}
