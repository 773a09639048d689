-- Moves dead letters back to the stream. The keys made here are in the stream's slot of a cluster.
-- KEYS: the stream, the dead letters
-- ARGV: first id, last id, most letters to look at, text that the reason must contain (case is ignored), prefix of
--       deduplication keys, their time to live in ms, token
-- Returns {moved, id of the last letter looked at}, the id being empty when none is left.
local letters = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
local moved = 0
for _, letter in ipairs(letters) do
  local kept, key, reason = {}, nil, ''
  local fields = letter[2]
  for i = 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    if name == 'body' or name == 'key' or string.sub(name, 1, 7) == 'header.' then
      kept[#kept + 1] = name
      kept[#kept + 1] = value
    end
    if name == 'key' then
      key = ARGV[5] .. value
    elseif name == 'reason' then
      reason = string.lower(value)
    end
  end
  if #kept > 0 and string.find(reason, string.lower(ARGV[4]), 1, true) then
    -- Unless the entry was added again by other means; then the letter is only removed.
    if not (key and redis.call('EXISTS', key) == 1) then
      if key then
        redis.call('SET', key, 'queued:' .. ARGV[7], 'PX', ARGV[6])
      end
      local id = redis.pcall('XADD', KEYS[1], '*', unpack(kept))
      if type(id) == 'table' and id.err then
        if key then
          redis.pcall('DEL', key)
        end
        return id
      end
      if key then
        redis.call('SET', key, 'queued:' .. ARGV[7] .. ':' .. id, 'PX', ARGV[6])
      end
      moved = moved + 1
    end
    redis.call('XDEL', KEYS[2], letter[1])
  end
end
return {moved, #letters > 0 and letters[#letters][1] or ''}
