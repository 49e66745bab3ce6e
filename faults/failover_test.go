package faults

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"greenroom/e2e/cluster"
	"greenroom/hub/protocol"
	"greenroom/hub/roomlog/storetest"
)

// failover kills a master whose replica lacks the last writes: Sentinel makes it
// the new master.
func failover(f *trial) {
	master := storetest.NewServer(f)
	host, port, _ := net.SplitHostPort(master.Addr)
	replica := storetest.NewServer(f, "--replicaof", host+" "+port, "--repl-diskless-sync-delay", "0")
	atMaster, atReplica := f.redisAt(master.Addr), f.redisAt(replica.Addr)
	cluster.Within(f, within, "the replica follows", func() error {
		if f.info(atReplica, "replication", "master_link_status") != "up" {
			return errNone
		}
		return nil
	})
	var sentinels []string
	for range 3 {
		sentinels = append(sentinels, f.sentinel(host, port))
	}
	cluster.Within(f, within, "the sentinels know each other and the replica", func() error {
		for _, addr := range sentinels {
			info, err := f.redisAt(addr).Info(f.Context(), "sentinel").Result()
			if err != nil || !strings.Contains(info, "slaves=1,sentinels=3") {
				return fmt.Errorf("%s %v", info, err)
			}
		}
		return nil
	})
	c := cluster.Start(f, cluster.Plan{Nodes: 3, Store: fmt.Sprintf("redis-sentinel://%s?master_name=live&addr=%s&addr=%s",
		sentinels[0], sentinels[1], sentinels[2])})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 60, Every: 900 * time.Millisecond})
	x, out := f.newInsider(w, 1), w.People[80]
	w.Reached(60)
	// From here on the replica hears nothing, and may not come back.
	for _, command := range [][]any{{"ACL", "SETUSER", "default", "-psync", "-sync"}, {"CLIENT", "KILL", "TYPE", "replica"}} {
		if err := atMaster.Do(f.Context(), command...).Err(); err != nil {
			f.Fatal(err)
		}
	}
	cluster.Within(f, within, "the replica is cut off", func() error {
		if f.info(atReplica, "replication", "master_link_status") != "down" {
			return errNone
		}
		return nil
	})
	f.promote(w, x.Person, protocol.Viewer)
	f.do(w.Manager, "remove", map[string]any{"participant": out.View().ID})
	w.Alive(60)
	keys := c.Open().Keys(w.Room)
	had, kept := atMaster.XLen(f.Context(), keys.Log()).Val(), atReplica.XLen(f.Context(), keys.Log()).Val()
	master.Kill()
	began := time.Now()
	cluster.Within(f, within, "the replica is master", func() error {
		if f.info(atReplica, "replication", "role") != "master" {
			return errNone
		}
		return nil
	})
	f.effect(kept < had, "the replica became master %s after the kill, without %d of %d entries", short(time.Since(began)), had-kept, had)
	w.Alive(1)
	f.mark("accepted again after the kill", time.Since(began), 10*time.Second)
	f.forked(c)
	f.mark("the demotion in force again after", f.demoted(c, x), 5*time.Second)
	f.mark("the removal in force again after", f.removed(c, w, out), 5*time.Second)
	w.Without(out)
	w.Alive(60)
	found := w.Check()
	f.crowd(found)
	f.figure("%d accepted and lost, each reported by a reset", found.Lost)
}

// sentinel starts one that watches a master, and returns where it listens.
func (f *trial) sentinel(host, port string) string {
	f.Helper()
	own := freePort(f)
	conf := filepath.Join(f.TempDir(), "sentinel.conf")
	text := fmt.Sprintf(`port %s
bind 127.0.0.1
dir %s
logfile sentinel.log
sentinel monitor live %s %s 2
sentinel down-after-milliseconds live 2000
sentinel failover-timeout live 10000
`, own, filepath.Dir(conf), host, port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
	cmd := exec.Command("redis-server", conf, "--sentinel")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	addr := "127.0.0.1:" + own
	client := f.redisAt(addr)
	cluster.Within(f, within, "the sentinel answers", func() error { return client.Ping(f.Context()).Err() })
	return addr
}

func freePort(f *trial) string {
	f.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// moveSlot moves the slot of a room from one master of a Redis Cluster to
// another, and kills the connections to the old one.
func moveSlot(f *trial) {
	var clients []*redis.Client
	var addrs []string
	for range 3 {
		s := storetest.NewServer(f, "--cluster-enabled", "yes", "--cluster-port", freePort(f), "--cluster-node-timeout", "3000")
		addrs, clients = append(addrs, s.Addr), append(clients, f.redisAt(s.Addr))
	}
	ctx, cancel := context.WithTimeout(f.Context(), within)
	defer cancel()
	create := append(append([]string{"--cluster", "create"}, addrs...), "--cluster-replicas", "0", "--cluster-yes")
	if text, err := exec.CommandContext(ctx, "redis-cli", create...).CombinedOutput(); err != nil {
		f.Fatalf("redis-cli %s: %v\n%s", strings.Join(create, " "), err, text)
	}
	for i, client := range clients {
		cluster.Within(f, within, "the cluster is whole", func() error {
			if text, err := client.ClusterInfo(f.Context()).Result(); err != nil || !strings.Contains(text, "cluster_state:ok") {
				return fmt.Errorf("node %d: %s %v", i, text, err)
			}
			return nil
		})
	}
	c := cluster.Start(f, cluster.Plan{Nodes: 3, Store: "redis-cluster://" + addrs[0] + "?addr=" + addrs[1] + "&addr=" + addrs[2]})
	w := c.Gather(cluster.Gathering{People: 90, Talkers: 45, Every: 900 * time.Millisecond})
	w.Reached(60)
	slot, err := clients[0].ClusterKeySlot(f.Context(), c.Open().Keys(w.Room).Log()).Result()
	if err != nil {
		f.Fatal(err)
	}
	from := f.ownerOf(clients[0], addrs, int(slot))
	to := (from + 1) % 3
	moved := f.migrate(clients, addrs, from, to, int(slot))
	began := time.Now()
	f.effect(f.ownerOf(clients[2], addrs, int(slot)) == to && moved > 0, "slot %d with %d keys moved to another master", slot, moved)
	w.Alive(10)
	f.mark("10 messages more after", time.Since(began), 5*time.Second)
	killed, err := clients[to].ClientKillByFilter(f.Context(), "TYPE", "normal", "SKIPME", "yes").Result()
	if err != nil {
		f.Fatal(err)
	}
	f.figure("then %d connections to the new master killed", killed)
	w.Alive(60)
	x := w.Check()
	f.crowd(x)
	f.figure("99 %% of messages seen within %s", short(cluster.Percentile(x.Delays, .99)))
	f.none("accepted and lost", x.Lost)
	f.none("links lost", len(x.Away))
	f.none("started afresh", x.Reset)
}

// ownerOf is the number of the master that has a slot.
func (f *trial) ownerOf(client *redis.Client, addrs []string, slot int) int {
	f.Helper()
	shards, err := client.ClusterShards(f.Context()).Result()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range shards {
		for _, r := range s.Slots {
			if r.Start <= int64(slot) && int64(slot) <= r.End {
				return slices.Index(addrs, fmt.Sprintf("127.0.0.1:%d", s.Nodes[0].Port))
			}
		}
	}
	f.Fatalf("nobody has slot %d", slot)
	return 0
}

// migrate moves a slot with all its keys, one by one, as redis-cli does.
func (f *trial) migrate(clients []*redis.Client, addrs []string, from, to, slot int) (moved int) {
	f.Helper()
	run := func(i int, args ...any) {
		f.Helper()
		if err := clients[i].Do(f.Context(), args...).Err(); err != nil {
			f.Fatalf("%v: %v", args, err)
		}
	}
	ids := make([]string, len(clients))
	for i, client := range clients {
		ids[i] = client.Do(f.Context(), "CLUSTER", "MYID").Val().(string)
	}
	run(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[from])
	run(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[to])
	host, port, _ := net.SplitHostPort(addrs[to])
	for {
		keys, err := clients[from].ClusterGetKeysInSlot(f.Context(), slot, 5).Result()
		if err != nil {
			f.Fatal(err)
		}
		if len(keys) == 0 {
			break
		}
		args := []any{"MIGRATE", host, port, "", 0, 5000, "KEYS"}
		for _, key := range keys {
			args = append(args, key)
		}
		run(from, args...)
		moved += len(keys)
		pause(20 * time.Millisecond) // so that the room is met half moved
	}
	for _, i := range []int{to, from, 3 - to - from} {
		run(i, "CLUSTER", "SETSLOT", slot, "NODE", ids[to])
	}
	return moved
}
