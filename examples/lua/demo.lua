-- The package at work: writing and reading back, a bad key, a rate limit that is waited out.
--
-- cargo xtask demo --lang lua runs it against the emulator, whose address is in SONORAN_CMS_API_URL.

local Sonoran = require("sonoran")

local ACCOUNT = "00000000-0000-0000-0000-000000000000"

local function connect(key)
  return Sonoran.createClient({
    product = Sonoran.productEnums.CMS,
    apiKey = key,
    communityId = "YOUR_COMMUNITY_ID",
    defaultServerId = 1,
    onWait = function(waiting)
      print(("  in line: %.1f s to go"):format(waiting.expected))
    end,
  })
end

local function write_and_read_back(client)
  print("Writing and reading back")
  local written = client.cms:setAccountNameV2(ACCOUNT, { newName = "Demo Name" })
  print("  written:", written.data)
  local account = client.cms:getAccountV2(ACCOUNT):unwrap()
  print("  read back:", account.accName)
end

local function show_bad_key()
  print("A bad key is an answer, not an error")
  local response = connect("A_WRONG_KEY").cms:getAccountV2(ACCOUNT)
  print(("  success %s, kind %s: %s"):format(tostring(response.success), response.error.kind, response.reason))
end

local function wait_out_rate_limit(client)
  print("Five calls where the emulator allows three in two seconds")
  for number = 1, 5 do
    local response = client.cms:getSubVersionV2()
    print(("  call %d: success %s, %.1f s in line"):format(number, tostring(response.success), response.waited))
  end
end

local client = connect("YOUR_API_KEY")
write_and_read_back(client)
show_bad_key()
wait_out_rate_limit(client)
