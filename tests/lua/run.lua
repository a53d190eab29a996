-- Runs the tests of the files that are named: lua run.lua documented misuse ...

local harness = require("harness")

for _, name in ipairs(arg) do
  require(name)
end
harness.finish()
