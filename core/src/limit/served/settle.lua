-- Notes of requests that they are under way no more, and what the service said that it leaves: of each, so many arguments.
local FIELDS = 7
local settle = function(slot, ceiling, outcome, held_for, frozen_for, remaining, reset)
  -- Only where it matters: a slot whose time is over is held anew all the same.
  if remaining >= 0 or probe ~= '' then
    expire()
  end
  if remaining >= 0 then
    -- Where the service leaves less than is free here, others use the key.
    local held = redis.call('ZCARD', slots)
    local theirs = reset > 0 and math.max(ceiling - held, 0) - remaining or 0
    for i = 1, theirs do
      hold('r' .. slot .. '.' .. i, now + math.min(reset, length))
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
end

local settle_from = function(first)
  for i = first, #ARGV - FIELDS + 1, FIELDS do
    settle(
      ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4]),
      tonumber(ARGV[i + 5]), tonumber(ARGV[i + 6])
    )
  end
end
