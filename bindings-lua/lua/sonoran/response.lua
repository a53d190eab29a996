--- What came of a call. Nothing that the service or the network does is raised: look at `success`.

local nearest = require("sonoran.nearest")
local null = require("sonoran.null")
local show = require("sonoran.show")

---@class sonoran.Response
---@field success boolean Whether the service did what was asked.
---@field data any The answer's data; nil where there are none, and after a failure.
---@field reason string? After a failure, why, in a sentence.
---@field status integer? The HTTP status; nil where no answer came.
---@field meta table? What the service tells of the answer.
---@field requestId string? The service's id of the request, for its support.
---@field attempts integer How many requests were sent.
---@field waited number Seconds spent in line for the rate limit.
---@field error sonoran.Failure? What went wrong, for a program to act on.
local Response = {}

---@class sonoran.Failure
---@field kind "api"|"auth"|"notFound"|"rateLimited"|"unavailable"|"blocked"|"timeout"|"connect"|"dns"|"tls"|"invalidResponse"|"internal"
---@field problem table? The whole problem document.
---@field retryAfter number? Seconds until another try makes sense.
---@field attempts integer
---@field operation string
---@field requestId string?
---@field traceId string? The service's id of the failure, for its support.
---@field refusal string? Which documented refusal it is, such as a whitelist's.
---@field outcomeUnknown boolean Whether the call may have been carried out all the same.

local FIELDS = { "success", "data", "reason", "status", "meta", "requestId", "attempts", "waited", "error" }

--- A field's name, and `unwrap`.
local NAMES = { unwrap = true }
for _, name in ipairs(FIELDS) do
  NAMES[name] = true
end

--- A field that is not there is nil; one whose name is nearly right would be nil too, and nobody would be told.
function Response:__index(name)
  local method = Response[name]
  local meant = method == nil and not NAMES[name] and nearest(name, NAMES) or ""
  if meant ~= "" then
    error("a response has no " .. name .. meant, 2)
  end
  return method
end

--- `print(response.data)` shows what is in it.
local Shown = { __tostring = show }

local function shown(value)
  if type(value) == "table" and getmetatable(value) == nil then
    setmetatable(value, Shown)
  end
  return value
end

--- Takes what a transport gave: at the top, null is nil.
---@param given table
---@return sonoran.Response
function Response.new(given)
  local response = {}
  for _, name in ipairs(FIELDS) do
    if given[name] ~= null then
      response[name] = given[name]
    end
  end
  if response.error then
    for name, value in pairs(response.error) do
      if value == null then
        response.error[name] = nil
      end
    end
    shown(response.error.problem)
  end
  shown(response.data)
  shown(response.meta)
  shown(response.error)
  return setmetatable(response, Response)
end

--- The data of a success; a failure is raised as an error, at the caller's line.
---@return any
function Response:unwrap()
  if getmetatable(self) ~= Response then
    error("unwrap is called with a colon: response:unwrap()", 2)
  end
  if not self.success then
    error(tostring(self), 2)
  end
  return self.data
end

--- What came of it in a line.
function Response:__tostring()
  if self.success then
    return "status " .. tostring(self.status)
  end
  local operation = self.error and self.error.operation or "call"
  return operation .. ": " .. tostring(self.status or "no answer") .. ", " .. tostring(self.reason)
end

return Response
