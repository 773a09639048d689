-- Takes over the oldest entry that was not renewed for a while.
-- KEYS: the stream
-- ARGV: group, consumer, least idle time in ms, most deliveries, longest value to return
-- Returns {} (there is none), {id} (it was deleted) or {id, deliveries, fields}; more deliveries than the limit mean
-- that it becomes a dead letter; then, or if a value is longer, the key is all that is returned of its fields.
local idle = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', 1)[1]
if not idle then
  return {}
end
local id, deliveries = idle[1], idle[4]
local limit = tonumber(ARGV[4])
local entry
if deliveries < limit then
  entry = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id)[1]
else
  -- Ours now, but not delivered once more.
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')
  entry = redis.call('XRANGE', KEYS[1], id, id)[1]
end
if not entry then
  redis.call('XACK', KEYS[1], ARGV[1], id)
  return {id}
end
local fields, key, long = entry[2], {}, deliveries >= limit
for i = 1, #fields, 2 do
  long = long or #fields[i] > tonumber(ARGV[5]) or #fields[i + 1] > tonumber(ARGV[5])
  if fields[i] == 'key' and #fields[i + 1] < 10000 then
    key = {'key', fields[i + 1]}
  end
end
return {id, deliveries + 1, long and key or fields}
