-- Releases entries that this consumer owns and did not finish: others may take them at once, and this delivery does not count.
-- KEYS: the stream
-- ARGV: group, consumer, idle time in ms that makes others take them, ids
-- Returns how many were released.
local released = 0
for i = 4, #ARGV do
  local id = ARGV[i]
  local own = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2])[1]
  if own then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id,
      'IDLE', ARGV[3], 'RETRYCOUNT', math.max(own[4] - 1, 0), 'JUSTID')
    released = released + 1
  end
end
return released
