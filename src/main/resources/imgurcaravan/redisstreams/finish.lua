-- Ends an entry whose work is done, unless it was ended before.
-- KEYS: the stream, the results, and the deduplication key if there is one
-- ARGV: group, id, the key's time to live in ms, results to retain, result (empty: none), key
-- Returns 1 if this call ended it. What may be rejected comes first, so that a rejection leaves the entry pending.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if (pending.err or #pending == 0) and #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0 then
  return 0
end
-- Redis checks its memory before the first write only. This one needs none, so that a full Redis can still be emptied.
redis.pcall('XACK', KEYS[1], ARGV[1], '0-0')
if KEYS[3] then
  redis.call('SET', KEYS[3], 'done', 'PX', ARGV[3])
end
if ARGV[5] ~= '' then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'entry', ARGV[2], 'key', ARGV[6], 'result', ARGV[5])
end
redis.call('XDEL', KEYS[1], ARGV[2])
if not pending.err then
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
end
return 1
