-- Everybody of the community as CSV; for a nightly job.
--
--     lua nightly_export.lua members.csv
--
-- SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
-- YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. Rate limits are waited for, so a large community
-- takes its time; the file is there once it is whole.

local Sonoran = require("sonoran")

local COLUMNS = { "accId", "accName", "comName", "sysStatus", "comStatus", "banned" }

local function field(value)
  if value == nil or value == Sonoran.null then
    return ""
  end
  local text = tostring(value)
  return text:find('[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

local function row(account)
  local fields = {}
  for position, name in ipairs(COLUMNS) do
    fields[position] = field(account[name])
  end
  return table.concat(fields, ",") .. "\r\n"
end

local client = Sonoran.createClient({
  apiKey = os.getenv("SONORAN_API_KEY"),
  communityId = os.getenv("SONORAN_COMMUNITY_ID"),
})

local file = assert(arg[1], "usage: lua nightly_export.lua FILE")
local partial = file .. ".partial"
local opened = assert(io.open(partial, "wb"))
opened:write(table.concat(COLUMNS, ","), "\r\n")
local accounts = client.walk:getAccountsV2(nil, { timeout = 60000 })
-- A page that fails is an error, which ends the program: last night's file stays.
for account in accounts do
  opened:write(row(account))
end
assert(opened:close())
assert(os.rename(partial, file))
print(("%d accounts are in %s"):format(accounts.position, file))
client:close()
