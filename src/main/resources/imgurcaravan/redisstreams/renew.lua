-- Renews the lease of the entries that this consumer still owns; their delivery counts stay.
-- KEYS: the stream
-- ARGV: group, consumer, ids
-- Returns the ids that it does not own any more.
local lost = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  if #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2]) == 0 then
    lost[#lost + 1] = id
  else
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')
  end
end
return lost
