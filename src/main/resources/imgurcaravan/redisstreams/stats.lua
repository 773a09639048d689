-- Counts the entries of a queue.
-- KEYS: the stream, the dead letters
-- ARGV: group (empty: all of them)
-- Returns {entries, dead letters, pending entries, age in ms of the oldest pending entry}.
local now = redis.call('TIME')
local pending, oldest = 0, nil
local groups = {}
if ARGV[1] ~= '' then
  groups[1] = ARGV[1]
elseif redis.call('EXISTS', KEYS[1]) == 1 then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    groups[#groups + 1] = group[2]
  end
end
for _, group in ipairs(groups) do
  local summary = redis.pcall('XPENDING', KEYS[1], group)
  if not summary.err and summary[1] > 0 then
    pending = pending + summary[1]
    local since = tonumber(string.match(summary[2], '^%d+'))
    if not oldest or since < oldest then
      oldest = since
    end
  end
end
local age = 0
if oldest then
  age = math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - oldest)
end
return {redis.call('XLEN', KEYS[1]), redis.call('XLEN', KEYS[2]), pending, age}
