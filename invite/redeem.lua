-- Decides whether an invitation lets somebody in, and lets them in, in one
-- step. Everything is judged by the store's own clock and state.
--
-- KEYS 8 the invitation
-- ARGV 1 hash of the secret   2 hash of the device   3 participant   4 profile
--      5 entry id   6 body of the role entry   7 is this browser that participant already (0, 1)
--      8 how long a repeated try counts as the same use, in ms   9 look or enter
--
-- To look changes nothing but when the link was first opened, and does not
-- mind that the doors are still closed.
local INVITE = KEYS[8]
local hash, device, pid, profile, id, body, is, same_use, what =
  ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7] == '1', tonumber(ARGV[8]), ARGV[9]

local v = redis.call('HMGET', INVITE, 'hash', 'revoked', 'expires', 'max', 'uses', 'device', 'used', 'role', 'created')
if v[1] ~= hash then return refuse('link_invalid') end
local expires, max, uses, bound, used, rank, created =
  tonumber(v[3]), tonumber(v[4]), tonumber(v[5]), v[6], tonumber(v[7] or '0'), tonumber(v[8]), tonumber(v[9])
local now = now_ms()
local open = doors_open(now)
if not DOORS then return refuse('media_gone') end
if v[2] then return refuse('withdrawn') end
if redis.call('HEXISTS', REMOVED, pid) == 1 then return refuse('removed') end
if DOORS == 'ended' then return refuse('ended') end

-- A link's time begins when it is made, but not before the doors open: an
-- invitation of today to a session in two weeks must not be dead by then.
if DOORS == 'scheduled' and not open then
  expires = math.huge
else
  local opened = tonumber(redis.call('HGET', META, 'doors_at') or '0')
  if DOORS == 'scheduled' then opened = START end
  expires = math.max(expires, opened + expires - created)
end

-- Who lost the answer tries again, and who is in comes back: that is no new use.
local again = uses > 0 and bound == device and (is or now - used < same_use)
if not again then
  local spent = max > 0 and uses >= max
  if now >= expires then return refuse('link_expired') end
  if spent then return refuse('link_used') end
  if bound and bound ~= device then return refuse('other_device') end
end

if what == 'look' then
  redis.call('HSETNX', INVITE, 'opened', string.format('%.0f', now))
  return {3, '0', '', '0', '0'}
end

local old = role_of(pid)
if not open and rank < 4 and (old or 0) < 4 then return refuse('not_started') end
-- An address is no proof: a link that makes viewers must not open the place of
-- a manager to who knows the manager's address.
if old == 4 and rank < 4 and not is and not again then return refuse('signed_out') end

-- Nobody is lowered, and who was lowered after the link was made stays there.
local lowered = tonumber(redis.call('HGET', META, 'lowered:' .. pid) or '0')
local raise = not old or (not again and old < rank and lowered < created)

if not again then
  redis.call('HSET', INVITE, 'uses', uses + 1, 'device', device)
  redis.call('HSETNX', INVITE, 'redeemed', string.format('%.0f', now))
end
redis.call('HSET', INVITE, 'used', string.format('%.0f', now))
redis.call('HSET', PEOPLE, pid, profile)
if not raise then return {3, '0', '', '0', '0'} end
if not old and rank == 1 then
  redis.call('HSET', ROLES, pid, '1 0')
  return {3, '0', '', '0', '0'}
end
return append_entry(id, now, 'role', '-', pid, set_role(pid, rank), body)
