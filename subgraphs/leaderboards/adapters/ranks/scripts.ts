/*
 * What Redis does in one step. Scores have their sign turned, so that ranks read forwards.
 */

/** Whether a set is there as it was made: after a FLUSHALL nothing of it is, and an eviction may have taken a part. */
const IS_WHOLE = `
local function isWhole(built, ranks, members)
  local size = redis.call('GET', built)
  return size and tonumber(size) == redis.call('ZCARD', ranks) and tonumber(size) == redis.call('HLEN', members)
end
local whole = isWhole(KEYS[1], KEYS[2], KEYS[3])`;

/**
 * KEYS: built, ranks, members. ARGV: first and last place from 0, which count from the end where below 0. Answers size, first
 * place, members with scores; nil where the set is not whole.
 */
export const READ_PLACES = `${IS_WHOLE}
if not whole then return nil end
local size = redis.call('ZCARD', KEYS[2])
local first = tonumber(ARGV[1])
if first < 0 then first = math.max(0, size + first) end
return { size, first, redis.call('ZRANGE', KEYS[2], first, ARGV[2], 'WITHSCORES') }`;

/** KEYS: built, ranks, members. ARGV: person, how many in front and behind. Answers as READ_PLACES; nobody where the person has no place. */
export const READ_AROUND = `${IS_WHOLE}
if not whole then return nil end
local size = redis.call('ZCARD', KEYS[2])
local member = redis.call('HGET', KEYS[3], ARGV[1])
local rank = member and redis.call('ZRANK', KEYS[2], member)
if not rank then return { size, 0, {} } end
local first = math.max(0, rank - ARGV[2])
return { size, first, redis.call('ZRANGE', KEYS[2], first, rank + ARGV[2], 'WITHSCORES') }`;

/** KEYS: built, ranks, members. ARGV: people. Answers the members with scores of those who are on it, in any order. */
export const READ_PEOPLE = `${IS_WHOLE}
if not whole then return nil end
local found = {}
for start = 1, #ARGV, 1000 do
  local people = {}
  for i = start, math.min(start + 999, #ARGV) do people[#people + 1] = ARGV[i] end
  for _, member in ipairs(redis.call('HMGET', KEYS[3], unpack(people))) do
    if member then
      found[#found + 1] = member
      found[#found + 1] = redis.call('ZSCORE', KEYS[2], member)
    end
  end
end
return found`;

/** Puts each person (ARGV in threes: person, member, score) where they belong now; an empty member takes them away. */
const PLACE = `
local function place(ranks, members, from)
  for i = from, #ARGV, 3 do
    local old = redis.call('HGET', members, ARGV[i])
    if old and old ~= ARGV[i + 1] then redis.call('ZREM', ranks, old) end
    if ARGV[i + 1] == '' then
      redis.call('HDEL', members, ARGV[i])
    else
      redis.call('ZADD', ranks, ARGV[i + 2], ARGV[i + 1])
      redis.call('HSET', members, ARGV[i], ARGV[i + 1])
    end
  end
end`;

/** KEYS: built, ranks, members, building, changed. ARGV: for how long the set is to be kept (milliseconds), people as PLACE takes them. */
export const APPLY = `${IS_WHOLE} ${PLACE}
if redis.call('EXISTS', KEYS[4]) == 1 then
  for i = 2, #ARGV, 3 do redis.call('SADD', KEYS[5], ARGV[i]) end
end
if not whole then
  redis.call('DEL', KEYS[1])
  return 0
end
place(KEYS[2], KEYS[3], 2)
redis.call('SET', KEYS[1], redis.call('ZCARD', KEYS[2]))
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[1]) end
return 1`;

/** KEYS: building, changed, nextRanks, nextMembers. ARGV: who builds, for how long without a sign of life. */
export const BEGIN = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
return 1`;

/** KEYS: building, nextRanks, nextMembers. ARGV: as BEGIN, then people as PLACE takes them. 0 where another builds, or nobody. */
export const FILL = `${PLACE}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
place(KEYS[2], KEYS[3], 3)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PEXPIRE', KEYS[3], ARGV[2])
return 1`;

/**
 * KEYS: building, changed, nextRanks, nextMembers, ranks, members, built. ARGV: who builds, for how long the set is to be kept,
 * how many people to answer. Answers people who changed since the building began, who are to be filled in anew; nobody
 * once the set is complete, nil where another builds.
 */
export const FINISH = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return nil end
local changed = redis.call('SPOP', KEYS[2], ARGV[3])
if #changed > 0 then return changed end
redis.call('DEL', KEYS[5], KEYS[6])
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('RENAME', KEYS[3], KEYS[5])
  redis.call('RENAME', KEYS[4], KEYS[6])
  redis.call('PEXPIRE', KEYS[5], ARGV[2])
  redis.call('PEXPIRE', KEYS[6], ARGV[2])
end
redis.call('SET', KEYS[7], redis.call('ZCARD', KEYS[5]))
redis.call('PEXPIRE', KEYS[7], ARGV[2])
redis.call('DEL', KEYS[1])
return changed`;
