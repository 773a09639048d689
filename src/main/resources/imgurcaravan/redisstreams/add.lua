-- Adds an entry unless its deduplication key is known.
-- KEYS: the stream, and the deduplication key if there is one
-- ARGV: most entries the stream may hold (0: no limit), this attempt's token, the key's time to live in ms, whether to add
--       what was done before (1: yes), the entry's fields
-- Returns {'added', id}, {'known', state} or {'full'}.
local key = KEYS[2]
local known = key and redis.call('GET', key)
if known and not (known == 'done' and ARGV[4] == '1') then
  local token, id = string.match(known, '^queued:(%x+):?(.*)$')
  if token ~= ARGV[2] then
    -- Unless the entry was removed by a client that does not know its key.
    if not token or id == '' or #redis.call('XRANGE', KEYS[1], id, id) > 0 then
      return {'known', string.match(known, '^%a+') or 'queued'}
    end
  elseif id ~= '' then
    -- The same attempt, whose reply was lost.
    return {'added', id}
  end
end
local most = tonumber(ARGV[1])
if most > 0 and redis.call('XLEN', KEYS[1]) >= most then
  return {'full'}
end
if key then
  -- First, so that nothing is added when the key cannot be written.
  redis.call('SET', key, 'queued:' .. ARGV[2], 'PX', ARGV[3])
end
local id = redis.pcall('XADD', KEYS[1], '*', unpack(ARGV, 5))
if type(id) == 'table' and id.err then
  if key then
    redis.pcall('DEL', key)
  end
  return id
end
if key then
  redis.call('SET', key, 'queued:' .. ARGV[2] .. ':' .. id, 'PX', ARGV[3])
end
return {'added', id}
