-- Takes over the oldest entry that was not renewed for a while.
-- KEYS: the stream
-- ARGV: group, consumer, least idle time in ms, most deliveries, longest value to return, whether the consumer has no
--       other entry in flight (1: yes)
-- Returns {} (there is none), {id} (it was deleted), {id, deliveries} (it may have ended the process of the consumer that
-- had it, and was not taken over, as this one has others in flight) or {id, deliveries, fields}; more deliveries than the
-- limit mean that it becomes a dead letter; then, or if a value is longer, the key is all that is returned of its fields.
local idle = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', 1)[1]
if not idle then
  -- After a step back of the server's clock, what was delivered before would seem fresh until the clock is there again.
  for _, each in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000)) do
    if each[3] == 0 then
      redis.call('XCLAIM', KEYS[1], ARGV[1], each[2], 0, each[1], 'IDLE', 0, 'JUSTID')
    end
  end
  return {}
end
local id, owner, deliveries = idle[1], idle[2], idle[4]
local limit = tonumber(ARGV[4])
local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
if not entry then
  redis.call('XACK', KEYS[1], ARGV[1], id)
  return {id}
end
-- One that was released counts no delivery, and one that failed here did no harm to this process.
if deliveries > 0 and deliveries < limit and owner ~= ARGV[2] and ARGV[6] ~= '1' then
  return {id, deliveries}
end
if deliveries < limit then
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id)
else
  -- Ours now, but not delivered once more.
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')
end
local fields, key, long = entry[2], {}, deliveries >= limit
for i = 1, #fields, 2 do
  long = long or #fields[i] > tonumber(ARGV[5]) or #fields[i + 1] > tonumber(ARGV[5])
  if fields[i] == 'key' and #fields[i + 1] < 10000 then
    key = {'key', fields[i + 1]}
  end
end
return {id, deliveries + 1, long and key or fields}
