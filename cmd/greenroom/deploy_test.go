package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestDeploymentFilesUseSettingsThatExist reads every setting that the files an
// operator copies mention, and starts the program's reader with them.
func TestDeploymentFilesUseSettingsThatExist(t *testing.T) {
	var environ []string
	for _, file := range []string{"docker-compose.yml", "Dockerfile", "deploy/greenroom.service", "docs/operations.md", "docs/settings.md", "README.md"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`GREENROOM_[A-Z_]*[A-Z]`).FindAllString(string(text), -1) {
			environ = append(environ, name+"=")
		}
	}
	if len(environ) == 0 {
		t.Fatal("no settings found")
	}
	for _, setting := range environ {
		if setting == "GREENROOM_NAME=" { // stands for any
			continue
		}
		if _, err := readConfig("serve", nil, []string{setting}, io.Discard); err != nil && strings.Contains(err.Error(), "there is no setting") {
			t.Error(err)
		}
	}
}

func TestComposeFileRunsTwoNodesOnARedisThatLasts(t *testing.T) {
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Image       string
			Command     string
			Environment map[string]string
			Volumes     []string
		}
		Volumes map[string]any
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	nodes := 0
	for _, s := range compose.Services {
		if s.Environment["GREENROOM_REDIS"] == "redis://redis:6379" {
			nodes++
		}
	}
	redis := compose.Services["redis"]
	if nodes != 2 || !regexp.MustCompile(`--appendonly yes.*--maxmemory-policy noeviction`).MatchString(redis.Command) || len(redis.Volumes) != 1 {
		t.Fatalf("%d nodes, redis runs %q with %v", nodes, redis.Command, redis.Volumes)
	}
}
