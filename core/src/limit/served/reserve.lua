-- Takes a slot where one is free and nobody's turn comes before; else tells when to ask again. What became of others is
-- noted first.
local mine, slot = ARGV[3], ARGV[4]
local ceiling, lease = tonumber(ARGV[5]), tonumber(ARGV[6])
local waits, keeps_to_part = ARGV[7] == '1', ARGV[8] == '1'
local glance, grace = tonumber(ARGV[9]), tonumber(ARGV[10])
local unaware, longest, moment = ARGV[11] == '1', ARGV[12], ARGV[13]
expire()
if #ARGV >= 13 + FIELDS then
  settle_from(14)
  seen = now
end

-- Nobody came for so long that some may have gone on alone, without an answer, and be about to tell.
if unaware and now - seen > tonumber(longest) then
  parted = math.max(parted, now + moment)
end

local my_turn = line[mine] and line[mine].turn or turn
local due, late = 0, math.huge
for id, member in pairs(line) do
  if id ~= mine then
    local gone_at = member.back_at + grace
    if gone_at <= now then
      line[id] = nil
    elseif member.turn < my_turn then
      late = math.min(late, gone_at)
      -- Who comes once, and does not wait, leaves nothing to those who may not come.
      if waits or member.waits then
        due = due + my_turn - member.turn
      end
    end
  end
end

local held = redis.call('ZCARD', slots)
local parted_for = keeps_to_part and 0 or math.max(parted - now, 0)
local is_open
if frozen > 0 then
  -- One goes at a time.
  is_open = frozen <= now and probe == '' and due == 0 and held < ceiling
else
  is_open = held < math.max(ceiling - due, 0)
end

if is_open and parted_for == 0 then
  hold('w' .. slot, now + lease)
  if frozen > 0 then
    probe = slot
  end
  turn, is_new = math.max(turn, my_turn), is_new or held == 0
  line[mine] = {turn = my_turn + 1, back_at = now, waits = false}
  write()
  return {1}
end

-- Asked again, since the answer was lost.
if redis.call('ZSCORE', slots, 'w' .. slot) then
  write()
  return {1}
end

-- Of those that are answered, when each is free.
local releases, under_way = {}, 0
local all = redis.call('ZRANGE', slots, 0, -1, 'WITHSCORES')
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 1) == 'r' then
    releases[#releases + 1] = tonumber(all[i + 1])
  else
    under_way = under_way + 1
  end
end

local look = math.min(late, now + glance)
if frozen > now then
  look = math.min(look, frozen)
elseif probe == '' and not is_open then
  local excess = held - math.max(ceiling - due, 0)
  look = math.min(look, releases[excess + 1] or math.huge)
end
look = math.max(look, now + 1)
if waits then
  line[mine] = {turn = my_turn, back_at = look, waits = true}
end

-- Those whose turn comes before may not come.
local opens = math.max(frozen, now)
local needed = held - ceiling
if needed >= 0 then
  local release = releases[needed + 1]
  -- Beyond a window from now stand those given up: what others send is free before.
  if not release or (under_way > 0 and release > now + length) then
    release = now + length
  end
  opens = math.max(opens, release)
end
write()
return {0, look - now, opens - now, math.max(frozen - now, 0), parted_for}
