-- Reads a page of dead letters, oldest first.
-- KEYS: the dead letters
-- ARGV: first id, number of letters to look at, text that the reason must contain (case is ignored), longest value to return
-- Returns {id of the last letter looked at, letter...}, the id being empty when none is left; a letter is {id, fields}.
local letters = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
local found = {#letters > 0 and letters[#letters][1] or ''}
for _, letter in ipairs(letters) do
  local fields, kept, reason = letter[2], {}, ''
  for i = 1, #fields, 2 do
    if #fields[i] + #fields[i + 1] <= tonumber(ARGV[4]) + 100 then
      kept[#kept + 1] = fields[i]
      kept[#kept + 1] = fields[i + 1]
    end
    if fields[i] == 'reason' then
      reason = fields[i + 1]
    end
  end
  if string.find(string.lower(reason), string.lower(ARGV[3]), 1, true) then
    found[#found + 1] = {letter[1], kept}
  end
end
return found
