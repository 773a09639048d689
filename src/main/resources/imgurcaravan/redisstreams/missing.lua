-- Finds the deduplication keys that no entry of the stream has: their entries are done, dead letters or lost.
-- KEYS: the stream, the results, the deduplication keys
-- Returns {id of the last result (empty: there is none), position of each such key among the keys, from 1}.
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local missing = {last and last[1] or ''}
for i = 3, #KEYS do
  local known = redis.call('GET', KEYS[i])
  local id = known and string.match(known, '^queued:%x+:(.+)$')
  if not known or known == 'done' or id and #redis.call('XRANGE', KEYS[1], id, id) == 0 then
    missing[#missing + 1] = i - 2
  end
end
return missing
