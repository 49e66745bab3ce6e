-- What every script that writes a room begins with. Fixed keys:
local LOG, META, ROLES, MUTES, REMOVED, PEOPLE, CHANNEL =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]

-- The room as this script found it; DOORS is false where there is none.
local ROOM = redis.call('HMGET', META, 'doors', 'start', 'tip', 'tip_id', 'slow_mode')
local DOORS, START, TIP, TIP_ID, SLOW_MODE =
  ROOM[1], tonumber(ROOM[2] or '0'), tonumber(ROOM[3] or '0'), ROOM[4], tonumber(ROOM[5] or '0')

local function now_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function refuse(code, extra) return {0, code, tostring(extra or '')} end

-- A participant's rank (viewer 1 to manager 4) and the version of their role;
-- nil where they have no place in this room.
local function role_of(pid)
  local v = redis.call('HGET', ROLES, pid)
  if not v then return nil, 0 end
  local rank, version = string.match(v, '^(%d+) (%d+)$')
  return tonumber(rank), tonumber(version)
end

-- The doors: open, or due to open although nobody has said so yet.
local function doors_open(now)
  return DOORS == 'open' or (DOORS == 'scheduled' and START > 0 and START <= now)
end

-- Appends one entry and publishes it. Nothing may be written after it, and
-- whatever can fail must have failed before.
local function append_entry(id, now, kind, actor, object, version, body)
  local line = id .. ' ' .. (TIP_ID or '-') .. ' ' .. string.format('%.0f', now) .. ' ' .. kind .. ' ' .. actor .. ' ' .. object
    .. ' ' .. string.format('%.0f', version) .. ' ' .. body
  local seq = string.sub(redis.call('XADD', LOG, '0-*', 'e', line), 3)
  redis.call('HSET', META, 'tip', seq, 'tip_id', id)
  redis.call('PUBLISH', CHANNEL, 'e' .. seq .. ' ' .. line)
  return {1, seq, id, string.format('%.0f', now), string.format('%.0f', version)}
end

-- Sets a role and counts the managers who weren't removed. The caller has
-- checked that it may, and appends the entry with the version that this returns.
local function set_role(pid, rank)
  local old, version = role_of(pid)
  local in_room = redis.call('HEXISTS', REMOVED, pid) == 0
  if in_room and old == 4 and rank ~= 4 then redis.call('HINCRBY', META, 'managers', -1) end
  if in_room and old ~= 4 and rank == 4 then redis.call('HINCRBY', META, 'managers', 1) end
  redis.call('HSET', ROLES, pid, rank .. ' ' .. (version + 1))
  return version + 1
end
