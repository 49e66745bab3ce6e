-- The writer of a room: checks that the actor may do this now, writes what must
-- agree with the entry, appends it, publishes it.
--
-- KEYS 8 dedup of this client, 9 questions, 10 pace
-- ARGV 1 client counter or 0   2 actor or -   3 ranks allowed, as digits
--      4 entry id   5 kind   6 object or -   7 body
--      8 effect     9... its arguments
local DEDUP, QUESTIONS, PACE = KEYS[8], KEYS[9], KEYS[10]
local counter, actor, allowed, id, kind, object, body, effect =
  tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local system = actor == '-'

if not DOORS then return refuse('not_found') end

-- A command that was accepted before gets its first answer, whatever has become
-- of the actor since.
local known = false -- whether this client has had an answer before
if counter > 0 then
  local answer = redis.call('HMGET', DEDUP, counter, 'last')
  if answer[1] then
    local seq, eid, at, version, obj = string.match(answer[1], '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
    return {2, seq, eid, at, version, obj}
  end
  known = answer[2] ~= false
  if counter <= tonumber(answer[2] or '0') then return refuse('stale_retry') end
end

local now = now_ms()
local rank = 5
if not system then
  rank = role_of(actor)
  if not rank then return refuse('forbidden') end
  if redis.call('HEXISTS', REMOVED, actor) == 1 then return refuse('removed') end
  if not string.find(allowed, rank, 1, true) then return refuse('forbidden') end
  if rank < 4 and not doors_open(now) then return refuse('closed') end
end

-- Whether somebody of rank a may act on somebody of rank b.
local function outranks(a, b) return a > b or (a == 4 and b == 4) end

-- The refusal of who is muted; nil for everybody else.
local function muted()
  local ends = redis.call('HGET', MUTES, actor)
  if ends and (ends == '-1' or tonumber(ends) > now) then return refuse('muted', ends) end
end

local effects = {}

-- speak: a message or a question of one's own. 9 most in a window, 10 window in
-- ms, 11 whether slow mode applies, 12 question id or -, 13 its state
function effects.speak()
  local silent = muted()
  if silent then return silent end
  local most, window = tonumber(ARGV[9]), tonumber(ARGV[10])
  local slow = 0
  if ARGV[11] == '1' and rank == 1 then slow = SLOW_MODE * 1000 end
  local last, began, count = 0, now, 0
  local pace = redis.call('HGET', PACE, actor)
  if pace then
    local a, b, c = string.match(pace, '^(%d+) (%d+) (%d+)$')
    last, began, count = tonumber(a), tonumber(b), tonumber(c)
  end
  if now - last < slow then return refuse('rate_limited', slow - (now - last)) end
  if now - began >= window then began, count = now, 0 end
  if count >= most then return refuse('rate_limited', window - (now - began)) end
  redis.call('HSET', PACE, actor, string.format('%.0f %.0f %d', now, began, count + 1))
  if ARGV[12] ~= '-' then redis.call('HSET', QUESTIONS, ARGV[12], '1 ' .. ARGV[13]) return nil, 1 end
  return nil, 0
end

-- question: a new state. 9 version expected, 10 new state, 11 whether a muted
-- actor is refused
function effects.question()
  local silent = ARGV[11] == '1' and muted()
  if silent then return silent end
  local current = redis.call('HGET', QUESTIONS, object)
  if not current then return refuse('not_found') end
  local version = tonumber(string.match(current, '^(%d+)'))
  if version ~= tonumber(ARGV[9]) then return refuse('conflict', version) end
  redis.call('HSET', QUESTIONS, object, (version + 1) .. ' ' .. ARGV[10])
  return nil, version + 1
end

-- role: 9 new rank
function effects.role()
  local target, new = role_of(object), tonumber(ARGV[9])
  if not target then return refuse('not_found') end
  if not outranks(rank, target) or new > rank then return refuse('forbidden') end
  if target == new then return refuse('conflict', target) end
  local out = redis.call('HEXISTS', REMOVED, object) == 1
  if target == 4 and not out and tonumber(redis.call('HGET', META, 'managers') or '0') < 2 then return refuse('last_manager') end
  -- A link that was made before somebody was lowered doesn't raise them again.
  if new < target then redis.call('HSET', META, 'lowered:' .. object, string.format('%.0f', now)) end
  return nil, set_role(object, new)
end

-- mute: 9 how long in ms, -1 until lifted, 0 lifts. The entry's version is
-- when it ends.
function effects.mute()
  local target, long = role_of(object), tonumber(ARGV[9])
  if not target then return refuse('not_found') end
  if actor == object or not outranks(rank, target) then return refuse('forbidden') end
  if long == 0 then redis.call('HDEL', MUTES, object) return nil, 0 end
  local ends = -1
  if long > 0 then ends = now + long end
  redis.call('HSET', MUTES, object, string.format('%.0f', ends))
  return nil, ends
end

-- remove: 9 is 1 to show somebody out, 0 to let them in again
function effects.remove()
  local target = role_of(object)
  if not target then return refuse('not_found') end
  if actor == object or not outranks(rank, target) then return refuse('forbidden') end
  if ARGV[9] == '1' then
    if target == 4 and tonumber(redis.call('HGET', META, 'managers') or '0') < 2 then return refuse('last_manager') end
    if redis.call('HEXISTS', REMOVED, object) == 1 then return refuse('conflict') end
    redis.call('HSET', REMOVED, object, string.format('%.0f', now))
    if target == 4 then redis.call('HINCRBY', META, 'managers', -1) end
    return nil, 1
  end
  if redis.call('HDEL', REMOVED, object) == 0 then return refuse('conflict') end
  if target == 4 then redis.call('HINCRBY', META, 'managers', 1) end
  return nil, 0
end

-- settings: 9... pairs of a field of meta and its value
function effects.settings()
  for i = 9, #ARGV, 2 do redis.call('HSET', META, ARGV[i], ARGV[i + 1]) end
  return nil, 0
end

-- doors: 9 new state, 10 start, 11 whether only if scheduled and due
function effects.doors()
  if ARGV[11] == '1' and (DOORS ~= 'scheduled' or not doors_open(now)) then return refuse('conflict') end
  if DOORS == ARGV[9] and DOORS ~= 'scheduled' then return refuse('conflict') end
  if ARGV[9] == 'scheduled' and DOORS ~= 'scheduled' and DOORS ~= 'new' then return refuse('conflict') end
  redis.call('HSET', META, 'doors', ARGV[9], 'start', ARGV[10],
    'doors_body', body, 'doors_at', string.format('%.0f', now))
  return nil, 0
end

local refused, version
if effect ~= 'none' then
  refused, version = effects[effect]()
  if refused then return refused end
end

-- The answer is remembered before the entry is published, in the same step.
if counter > 0 then
  redis.call('HSET', DEDUP, 'last', counter, counter,
    string.format('%.0f %s %.0f %.0f %s', TIP + 1, id, now, version or 0, object))
  if counter > 16 then redis.call('HDEL', DEDUP, counter - 16) end
  if not known or counter % 16 == 0 then redis.call('EXPIRE', DEDUP, 86400) end
end
return append_entry(id, now, kind, actor, object, version or 0, body)
