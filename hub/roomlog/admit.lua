-- Gives somebody a place in the room, with at least this role. Nobody is
-- lowered, and nobody who was removed comes back this way.
--
-- ARGV 1 participant   2 profile   3 rank   4 entry id   5 body
local pid, profile, rank = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not DOORS then return refuse('not_found') end
if redis.call('HEXISTS', REMOVED, pid) == 1 then return refuse('removed') end
local old = role_of(pid)
redis.call('HSET', PEOPLE, pid, profile)
if old and old >= rank then return {3, '0', '', '0', '0'} end
if not old and rank == 1 then
  redis.call('HSET', ROLES, pid, '1 0')
  return {3, '0', '', '0', '0'}
end
return append_entry(ARGV[4], now_ms(), 'role', '-', pid, set_role(pid, rank), ARGV[5])
