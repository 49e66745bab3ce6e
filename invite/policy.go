package invite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/redis/go-redis/v9"

	"greenroom/api"
	"greenroom/hub/protocol"
	"greenroom/session"
)

// Policy is what the admin lets invitations do. A link works on one device,
// whatever it says.
type Policy struct {
	Enabled        bool     `json:"enabled"`
	LifetimeHours  int      `json:"lifetime_hours"`
	MaxUses        int      `json:"max_uses"`        // 0: no bound within the lifetime
	AllowedDomains []string `json:"allowed_domains"` // none: all
	BlockedDomains []string `json:"blocked_domains"`
}

// Bounds of a policy.
const (
	maxLifetimeHours = 365 * 24
	maxUses          = 1000
	maxDomains       = 200
)

func defaultPolicy() Policy {
	return Policy{Enabled: true, LifetimeHours: 24, MaxUses: 1, AllowedDomains: []string{}, BlockedDomains: []string{}}
}

func (d *Desk) policyKey() string { return d.Store.Key("{site}:policy") }

// Policy returns the policy that holds now.
func (d *Desk) Policy(ctx context.Context) (Policy, error) {
	p := defaultPolicy()
	raw, err := d.Store.Redis.Get(ctx, d.policyKey()).Bytes()
	if errors.Is(err, redis.Nil) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		return p, fmt.Errorf("read policy: %w", err)
	}
	return p, nil
}

// Enabled reports whether people may be invited at all.
func (d *Desk) Enabled(ctx context.Context) (bool, error) {
	p, err := d.Policy(ctx)
	return p.Enabled, err
}

// admits refuses addresses of domains that may not join.
func (p Policy) admits(email string) error {
	_, domain, _ := strings.Cut(email, "@")
	if within(domain, p.BlockedDomains) || len(p.AllowedDomains) > 0 && !within(domain, p.AllowedDomains) {
		return protocol.Errorf(protocol.Blocked, "The organiser limits who can join. Try your work address.")
	}
	return nil
}

// within reports whether domain is one of domains or below one.
func within(domain string, domains []string) bool {
	for _, d := range domains {
		if domain == d || strings.HasSuffix(domain, "."+d) {
			return true
		}
	}
	return false
}

// ShowPolicy answers with the policy, for admins and for those who may invite.
func (d *Desk) ShowPolicy(w http.ResponseWriter, r *http.Request) error {
	if err := d.mayLook(r.Context()); err != nil {
		return err
	}
	p, err := d.Policy(r.Context())
	if err != nil {
		return err
	}
	return api.Reply(w, http.StatusOK, p)
}

// mayLook lets admins and managers of any medium through.
func (d *Desk) mayLook(ctx context.Context) error {
	a, err := d.Sessions.Account(ctx)
	if err != nil || a.Admin {
		return err
	}
	manages, err := d.Media.Manages(ctx, a.Email)
	if err == nil && !manages {
		err = protocol.Errorf(protocol.Forbidden, "Only those who may invite people may see this.")
	}
	return err
}

// Inviters lets a request through for admins and managers of any medium.
func (d *Desk) Inviters(next api.Handler) api.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := d.mayLook(r.Context()); err != nil {
			return err
		}
		return next(w, r)
	}
}

// SetPolicy replaces the policy; an admin's right.
func (d *Desk) SetPolicy(w http.ResponseWriter, r *http.Request) error {
	if _, err := d.Sessions.Admin(r.Context()); err != nil {
		return err
	}
	p := defaultPolicy()
	if err := api.Read(w, r, &p); err != nil {
		return err
	}
	if err := p.normalise(); err != nil {
		return err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := d.Store.Redis.Set(r.Context(), d.policyKey(), body, 0).Err(); err != nil {
		return fmt.Errorf("write policy: %w", err)
	}
	return api.Reply(w, http.StatusOK, p)
}

func (p *Policy) normalise() (err error) {
	if p.LifetimeHours < 1 || p.LifetimeHours > maxLifetimeHours {
		return protocol.Invalid("lifetime_hours", "A link can live from 1 to %d hours.", maxLifetimeHours)
	}
	if p.MaxUses < 0 || p.MaxUses > maxUses {
		return protocol.Invalid("max_uses", "A link can be used up to %d times; 0 means without a bound.", maxUses)
	}
	if p.AllowedDomains, err = domains("allowed_domains", p.AllowedDomains); err != nil {
		return err
	}
	p.BlockedDomains, err = domains("blocked_domains", p.BlockedDomains)
	return err
}

func domains(field string, in []string) ([]string, error) {
	if len(in) > maxDomains {
		return nil, protocol.Invalid(field, "There may be %d domains at most.", maxDomains)
	}
	out := []string{}
	for _, s := range in {
		domain, err := session.Domain(strings.Trim(strings.TrimSpace(s), "."))
		if err != nil || domain == "" || len(domain) > 253 {
			return nil, protocol.Invalid(field, "%.60q is not a domain, such as example.org.", s)
		}
		out = append(out, domain)
	}
	return out, nil
}
