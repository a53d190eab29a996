--- What came of a request to the gateway, as a response.

local json = require("sonoran.gateway.json")
local null = require("sonoran.null")

local answer = {}

local KINDS = {
  [401] = "auth",
  [403] = "auth",
  [404] = "notFound",
  [408] = "timeout",
  [429] = "rateLimited",
  [500] = "unavailable",
  [502] = "unavailable",
  [503] = "unavailable",
  [504] = "timeout",
}

local function failure(call, kind, reason, more)
  more = more or {}
  return {
    success = false,
    reason = reason,
    status = more.status,
    attempts = 0,
    waited = 0,
    error = {
      kind = kind,
      operation = call.method,
      attempts = 0,
      retryAfter = more.retryAfter,
      problem = more.problem,
      outcomeUnknown = more.outcomeUnknown == true,
    },
  }
end

--- When no answer came.
---@param call table `method`, and `writes` where it may change something.
---@param problem table `kind`, `reason`, and `unsent` where the gateway has certainly not got the request.
---@return table
function answer.none(call, problem)
  local unknown = call.writes and not problem.unsent
  return failure(call, problem.kind, problem.reason, { outcomeUnknown = unknown, retryAfter = problem.retryAfter })
end

--- Words that begin with a place, with its positions as Lua counts them.
local function counted(words, place)
  if string.sub(words, 1, #place) ~= place then
    return words
  end
  local own = string.gsub(place, "%[(%d+)%]", function(position)
    return string.format("[%d]", tonumber(position) + 1)
  end)
  return own .. string.sub(words, #place + 1)
end

--- What the gateway itself refuses.
local function refused(call, status, document, headers)
  local detail = type(document.detail) == "string" and document.detail or "The gateway refused the call."
  -- What begins with signs of life has its status inside.
  status = type(document.status) == "number" and document.status or status
  if status == 400 and type(document.argument) == "string" then
    return nil, (string.gsub(counted(detail, document.argument), "%.$", ""))
  end
  return failure(call, KINDS[status] or "api", detail, {
    status = status,
    retryAfter = tonumber(headers["retry-after"]),
    problem = document,
    outcomeUnknown = document.outcomeUnknown == true,
  })
end

--- What no gateway says.
local function strange(call, status, body)
  local title = string.match(body, "<[tT][iI][tT][lL][eE][^>]*>%s*(.-)%s*</[tT][iI][tT][lL][eE]>")
  local what = title and #title <= 100 and "a web page, " .. string.format("%q", title)
    or string.find(body, "^%s*<") and "a web page"
    or body == "" and "nothing"
    or "no JSON that a gateway writes"
  local reason = "The address of the gateway answered " .. status .. " with " .. what
    .. ": is a sonoran-gateway there, and is it reached?"
  local kind = status >= 500 and "unavailable" or "invalidResponse"
  return failure(call, kind, reason, { status = status, outcomeUnknown = call.writes and (status < 400 or status >= 500) })
end

--- Whether it has what every response of a gateway has: other servers speak JSON too.
local function isResponse(document)
  if type(document.attempts) ~= "number" or type(document.waited) ~= "number" then
    return false
  elseif document.success == true then
    return type(document.status) == "number"
  end
  local failed = document.error
  return document.success == false
    and type(document.reason) == "string"
    and type(failed) == "table"
    and type(failed.kind) == "string"
    and type(failed.operation) == "string"
end

--- An answer of HTTP.
---@param call table `method`, and `writes` where it may change something.
---@param status integer
---@param headers table By lower-case name.
---@param body string
---@return table?, string? The response; or nil and the misuse that the gateway found.
function answer.read(call, status, headers, body)
  local fits, document = json.decode(body)
  if not fits or type(document) ~= "table" or document == null then
    return strange(call, status, body)
  elseif document.source == "sonoran-gateway" then
    return refused(call, status, document, headers)
  elseif status ~= 200 or not isResponse(document) then
    return strange(call, status, body)
  end
  return document
end

return answer
