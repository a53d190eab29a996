-- What all scripts that change a window begin with: a window as ledger.rs and shared.rs know it, on this server's clock, in
-- microseconds. Each slot is a member of the sorted set, with the time when it is free: "w" and its name while
-- its request is under way, "r" and its name from then on. All else is one packed text, so that it costs one
-- command to read and one to write.
local slots, rest = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local length, apart = tonumber(ARGV[1]), tonumber(ARGV[2])

-- When somebody came last; the turn of who went last; until when anything matters, and the keys surely stay; until
-- when nothing is sent, requests go one at a time, and some may have sent unseen: 0 where that was never so.
local seen, turn, keep, lasts, frozen, cautious, parted = 0, 0, 0, 0, 0, 0, 0
-- The slot of the one that goes alone after a 429, or nothing; the processes in the line, by name.
local probe, line = '', {}
local HEAD, MEMBER = '>dddddddBc0', '>Bc0ddB'
-- Whether there is something to write down, and whether a key begins with what is written now.
local changed, is_new = false, false
local text = redis.call('GET', rest)
if text then
  local place
  seen, turn, keep, lasts, frozen, cautious, parted, probe, place = struct.unpack(HEAD, text)
  while place <= #text do
    local id, its_turn, back_at, waits
    id, its_turn, back_at, waits, place = struct.unpack(MEMBER, text, place)
    line[id] = {turn = its_turn, back_at = back_at, waits = waits == 1}
  end
else
  is_new, keep = true, tonumber(redis.call('ZRANGE', slots, -1, -1, 'WITHSCORES')[2] or 0)
end

-- The clock was set back: all goes on as if it was not.
local ahead = seen - now
if ahead > 0 then
  local held = redis.call('ZRANGE', slots, 0, -1, 'WITHSCORES')
  for i = 1, #held, 2 do
    redis.call('ZADD', slots, held[i + 1] - ahead, held[i])
  end
  frozen, cautious = frozen > 0 and math.max(frozen - ahead, 1) or 0, math.max(cautious - ahead, 0)
  parted, keep, lasts = math.max(parted - ahead, 0), math.max(keep - ahead, 0), 0
  for _, member in pairs(line) do
    member.back_at = math.max(member.back_at - ahead, 0)
  end
  changed = true
end
if apart > 0 then
  parted, changed = math.max(parted, now + apart), true
end

-- Removes what is free by now, once. A probe that nobody tells of any more lets the next one go.
local is_expired = false
local expire = function()
  if is_expired then
    return
  end
  is_expired = true
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
  if probe ~= '' and not redis.call('ZSCORE', slots, 'w' .. probe) then
    probe, changed = '', true
  end
end

local hold = function(name, till)
  redis.call('ZADD', slots, till, name)
  keep = math.max(keep, till)
end

-- Writes down all but the slots, and sees to it that both stay for as long as they matter, and go some time after.
local write = function()
  keep = math.max(keep, frozen, parted)
  local stays = is_new or keep > lasts
  if stays then
    lasts = keep + length
  end
  local parts = {struct.pack(HEAD, now, turn, keep, lasts, frozen, cautious, parted, #probe, probe)}
  for id, member in pairs(line) do
    parts[#parts + 1] = struct.pack(MEMBER, #id, id, member.turn, member.back_at, member.waits and 1 or 0)
  end
  redis.call('SET', rest, table.concat(parts), 'KEEPTTL')
  if stays then
    local milliseconds = string.format('%.0f', math.max(lasts - now, 0) / 1000 + length / 1000)
    redis.call('PEXPIRE', rest, milliseconds)
    redis.call('PEXPIRE', slots, milliseconds)
  end
end
