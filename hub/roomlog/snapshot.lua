-- Keeps a snapshot if it is newer than the one kept, and of this very log.
-- ARGV 1 seq   2 entry id   3 state   4 entries to keep below the tip
local seq = tonumber(ARGV[1])
local kept = tonumber(redis.call('HGET', KEYS[8], 'seq') or '0')
local at = redis.call('XRANGE', LOG, '0-' .. ARGV[1], '0-' .. ARGV[1])
if #at == 0 or string.sub(at[1][2][2], 1, #ARGV[2] + 1) ~= ARGV[2] .. ' ' then return refuse('conflict') end
if seq > kept then redis.call('HSET', KEYS[8], 'seq', ARGV[1], 'id', ARGV[2], 'state', ARGV[3]) else seq = kept end
local least = math.min(seq, TIP - tonumber(ARGV[4]))
if least > 0 then redis.call('XTRIM', LOG, 'MINID', string.format('0-%.0f', least)) end
return {1, ARGV[1], ARGV[2], '0', '0'}
