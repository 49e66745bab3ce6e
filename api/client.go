package api

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

type clientKey struct{}

// Client finds out which address a request comes from. X-Forwarded-For counts
// only where proxied is set and the peer is on this machine or a private
// network; then its last address that is neither is the client's. Everything
// further left can be invented by the client.
func Client(proxied bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		addr := clientAddr(r, proxied)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientKey{}, addr)))
	})
}

// Network returns the part of the client's address that one household or
// office has for itself, as rate limits count it: the address of IPv4, the
// /64 of IPv6.
func Network(ctx context.Context) string {
	addr, _ := ctx.Value(clientKey{}).(netip.Addr)
	if addr.Is6() {
		prefix, _ := addr.Prefix(64)
		return prefix.String()
	}
	return addr.String()
}

func clientAddr(r *http.Request, proxied bool) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	addr := peer.Addr().Unmap().WithZone("")
	if !proxied || !inside(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap().WithZone("")
		if !inside(addr) {
			break
		}
	}
	return addr
}

func inside(a netip.Addr) bool { return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() }
