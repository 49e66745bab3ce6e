-- One upvote of one person: a member of a set, never an entry.
-- KEYS 8 voters of the question, 9 questions voted for by this person,
--      10 tallies, 11 questions
-- ARGV 1 participant   2 ranks allowed   3 question   4 is 1 to vote, 0 to lift
local pid, question = ARGV[1], ARGV[3]
local rank = role_of(pid)
if not rank or not string.find(ARGV[2], rank, 1, true) then return refuse('forbidden') end
if redis.call('HEXISTS', REMOVED, pid) == 1 then return refuse('removed') end
if rank < 4 and not doors_open(now_ms()) then return refuse('closed') end
local q = redis.call('HGET', KEYS[11], question)
if not q then return refuse('not_found') end
local state = string.match(q, '^%d+ (%a+)$')
if state ~= 'open' and state ~= 'now' then return refuse('conflict') end
local changed
if ARGV[4] == '1' then
  changed = redis.call('SADD', KEYS[8], pid)
  redis.call('SADD', KEYS[9], question)
else
  changed = redis.call('SREM', KEYS[8], pid)
  redis.call('SREM', KEYS[9], question)
end
local count = redis.call('SCARD', KEYS[8])
if changed == 1 then
  redis.call('HSET', KEYS[10], question, count)
  redis.call('PUBLISH', CHANNEL, 'v' .. question .. ' ' .. count)
end
return {1, '0', '', '0', tostring(count)}
