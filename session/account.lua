-- Makes an account in one step, so that an email has one account, a setup link
-- makes one admin, and two first admins can't be made at once.
-- KEYS 1 account  2 admins  3 names  4 setup link, if it came by one
-- ARGV 1 body  2 email  3 is it an admin (0, 1)  4 must it be the first admin (0, 1)  5.. names to find it by
-- Answers 1 made, 0 email taken, -1 there is an admin already, -2 no such setup link.
if ARGV[4] == '1' and redis.call('SCARD', KEYS[2]) > 0 then return -1 end
if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 0 then return -2 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if KEYS[4] then redis.call('DEL', KEYS[4]) end
redis.call('SET', KEYS[1], ARGV[1])
if ARGV[3] == '1' then redis.call('SADD', KEYS[2], ARGV[2]) end
for i = 5, #ARGV do redis.call('ZADD', KEYS[3], 0, ARGV[i]) end
return 1
