-- Notes that a request is under way no more, what the service said it leaves, and who went on alone.
local slot, ceiling, outcome = ARGV[3], tonumber(ARGV[4]), ARGV[5]
local held_for, frozen_for = tonumber(ARGV[6]), tonumber(ARGV[7])
local remaining, reset = tonumber(ARGV[8]), ARGV[9]

-- Only where it matters: a slot whose time is over is held anew all the same.
if remaining >= 0 or probe ~= '' then
  expire()
end
if remaining >= 0 then
  -- Where the service leaves less than is free here, others use the key.
  local held = redis.call('ZCARD', slots)
  local theirs = math.max(ceiling - held, 0) - remaining
  for i = 1, theirs do
    hold('r' .. slot .. '.' .. i, now + math.min(tonumber(reset), length))
  end
  changed, is_new = changed or theirs > 0, is_new or held == 0
end

-- While the slot is known, the set is there. One that nobody knows any more is held all the same.
if held_for > 0 then
  hold('r' .. slot, now + held_for)
end
local known = redis.call('ZREM', slots, 'w' .. slot) == 1
if held_for > 0 and not known then
  changed, is_new = true, true
end

local was_probe = known and probe == slot
if was_probe then
  probe, changed = '', true
end
if outcome == 'answered' and was_probe and cautious <= now then
  frozen, cautious = 0, 0
elseif outcome == 'throttled' then
  frozen, cautious, changed = math.max(frozen, now + frozen_for), now + length, true
end
-- When somebody came last need not be known to the moment.
if changed or keep > lasts or now - seen > 1000000 then
  write()
end
return {1}
