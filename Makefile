# make test is everything that a change must pass, and what CI runs. It installs
# what it needs. The rest are single steps and longer runs.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0

SEEDS = 1000
FROM = 1

.PHONY: all run demo tools check test unit browser sim brief faults bench fuzz fmt

all: check unit

run:
	go run ./cmd/greenroom

demo:
	go run ./cmd/greenroom demo

test: tools check unit browser

tools:
	./e2e/install.sh

check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'not gofmt-ed:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	cd e2e && npx tsc --project ../tsconfig.json
	cd e2e && node --test $$(find unit -name '*.test.mjs')

unit:
	go test -race $$(go list ./... | grep -v -e /e2e -e /faults -e /sim)
	go test ./sim

browser:
	go test -count=1 -timeout 25m ./e2e

# Looks at every page in three sizes, light and dark: axe, overflow, and with
# SHOTS=dir pictures.
look:
	go test -count=1 -timeout 25m ./e2e -look -run TestStories/look

# Whole rooms in virtual time, a thousand seeds in a minute. A seed that fails is
# printed; FROM=n SEEDS=1 runs it alone.
sim:
	go test ./sim -count=1 -run TestSeeds -seeds $(SEEDS) -from $(FROM)

# Real processes and real faults: a short choice, and all of them, whose results
# go into docs/reliability.md. It takes half an hour and needs root: for strace
# and a small disk. ONLY='N5|N7' runs some, COUNT=3 each of them thrice.
brief:
	go test -count=1 -timeout 10m ./faults

faults:
	FAULTS=1 ./e2e/install.sh
	go test -count=$(or $(COUNT),1) -timeout 3h ./faults -v -full -run 'TestFaults/$(if $(ONLY),($(ONLY)))'

# Measures against the floor and rewrites the table of docs/performance.md. Needs
# a quiet machine and a quarter of an hour.
bench:
	go run ./load/bench

# A minute for each parser that reads what strangers send.
fuzz:
	go test ./hub/protocol -run '^$$' -fuzz FuzzDecode -fuzztime 60s
	go test ./hub -run '^$$' -fuzz FuzzCursor -fuzztime 60s
	go test ./hub -run '^$$' -fuzz FuzzApply -fuzztime 60s
	go test ./hub/roomlog -run '^$$' -fuzz FuzzParseEntry -fuzztime 60s
	go test ./invite -run '^$$' -fuzz FuzzToken -fuzztime 60s
	go test ./session -run '^$$' -fuzz FuzzEmail -fuzztime 60s

fmt:
	gofmt -w $$(git ls-files '*.go')
