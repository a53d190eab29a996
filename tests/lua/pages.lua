-- The programs of the pages, each page's one after the other as one program, run as they stand there.

local harness = require("harness")
local support = require("support")

local root = support.needed("SONORAN_ROOT")

--- All code blocks of a page, which go on from one to the next.
local function program(page)
  local blocks = {}
  for block in support.read(root .. "/" .. page):gmatch("\n```lua\n(.-)```") do
    blocks[#blocks + 1] = block
  end
  return table.concat(blocks, "\n")
end

for page, wanted in pairs({
  ["docs/lua.md"] = { "Example Community", "notFound\tgetAccountV2: 404, ", "accountId must be a UUID", "getSubVersionV2\t1\t200",
    "ACCOUNT_KICKED\t1", "401\t", "ranks:\t3" },
  ["bindings-lua/README.md"] = { 'accName = "ExampleAccount"' },
}) do
  harness.test(page .. " runs", function()
    local file = os.tmpname()
    local opened = assert(io.open(file, "w"))
    opened:write(program(page))
    opened:close()
    local words = ("SONORAN_CMS_API_URL=%s %s %s 2>&1"):format(support.emulator().url, support.needed("SONORAN_LUA"), file)
    local process = assert(io.popen(words))
    local said = process:read("*a")
    process:close()
    os.remove(file)
    for _, words in ipairs(wanted) do
      assert(said:find(words, 1, true), ("it did not say %q: %s"):format(words, said))
    end
  end)
end
