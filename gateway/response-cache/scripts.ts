/**
 * KEYS: the answer, and for each entity when it changed and which answers hold it. ARGV: the answer, for how many
 * milliseconds, when its making began (microseconds).
 */
export const KEEP = `
for i = 2, #KEYS, 2 do
  local changed = redis.call('GET', KEYS[i])
  if changed and tonumber(changed) >= tonumber(ARGV[3]) then return 0 end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ttl)
for i = 3, #KEYS, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZADD', KEYS[i], now + ttl, KEYS[1])
  if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
end
return 1`;

/**
 * KEYS: for each entity when it changed and which answers hold it. ARGV: for how many milliseconds a change is remembered:
 * as long as an answer can be in the making.
 */
export const INVALIDATE = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local count = 0
for i = 1, #KEYS, 2 do
  redis.call('SET', KEYS[i], now, 'PX', ARGV[1])
  local answers = redis.call('ZRANGE', KEYS[i + 1], 0, -1)
  for first = 1, #answers, 1000 do
    redis.call('UNLINK', unpack(answers, first, math.min(first + 999, #answers)))
  end
  redis.call('DEL', KEYS[i + 1])
  count = count + #answers
end
return count`;
