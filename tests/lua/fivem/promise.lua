--- Promises as FiveM's scripts have them: a value that is a table with a value and `next` is taken for another promise.

local Promise = {}
Promise.__index = Promise

local PENDING, RESOLVED, REJECTED = 0, 3, 4

local function settle(promise, state, value)
  if promise.state ~= PENDING then
    return promise
  end
  assert(type(value) ~= "table", "a table may be taken for a promise")
  promise.state, promise.value = state, value
  for _, entry in ipairs(promise.queue) do
    entry[state](value)
  end
  return promise
end

function Promise:resolve(value)
  return settle(self, RESOLVED, value)
end

function Promise:reject(value)
  return settle(self, REJECTED, value)
end

function Promise:next(resolved, rejected)
  if self.state == RESOLVED then
    resolved(self.value)
  elseif self.state == REJECTED then
    rejected(self.value)
  else
    table.insert(self.queue, { [RESOLVED] = resolved, [REJECTED] = rejected })
  end
end

return {
  new = function()
    return setmetatable({ state = PENDING, queue = {} }, Promise)
  end,
}
