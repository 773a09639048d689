-- Moves an entry to the dead letters, unless it was ended before. Its fields never leave Redis.
-- KEYS: the stream, the dead letters, the results, and the deduplication key if there is one
-- ARGV: group, id, reason, time, results to retain, largest body a result carries, key, result (empty: the body)
-- Returns 1 if this call moved it. What may be rejected comes first, so that a rejection leaves the entry pending.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
local entry = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if not entry then
  if not pending.err and #pending > 0 then
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
  end
  return 0
end
-- Redis checks its memory before the first write only. This one needs none, so that a full Redis can still be emptied.
redis.pcall('XACK', KEYS[1], ARGV[1], '0-0')
local own = {reason = true, deliveries = true, time = true, entry = true}
local letter, body = {}, ''
local fields = entry[2]
for i = 1, math.min(#fields, 1000), 2 do
  if not own[fields[i]] then
    letter[#letter + 1] = fields[i]
    letter[#letter + 1] = fields[i + 1]
  end
  if fields[i] == 'body' then
    body = fields[i + 1]
  end
end
local deliveries = not pending.err and pending[1] and pending[1][4] or 0
for _, value in ipairs({'reason', ARGV[3], 'deliveries', tostring(deliveries), 'time', ARGV[4], 'entry', ARGV[2]}) do
  letter[#letter + 1] = value
end
if ARGV[8] ~= '' then
  body = ARGV[8]
elseif #body > tonumber(ARGV[6]) then
  body = ''
end
if KEYS[4] then
  redis.call('DEL', KEYS[4])
end
redis.call('XADD', KEYS[2], '*', unpack(letter))
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], '*',
  'entry', ARGV[2], 'key', ARGV[7], 'reason', ARGV[3], 'body', body)
redis.call('XDEL', KEYS[1], ARGV[2])
if not pending.err then
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
end
return 1
