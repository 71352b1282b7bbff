-- Sends many prepared requests in turn: the file named by REQUESTS has their lengths in lines, an empty line, and then
-- their bytes. After the last it begins again. Of several threads each sends its share.
dofile((os.getenv("FIGURES")))

local all = {}
local sent = 0

local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
local lengths = {}
for line in file:lines() do
  if line == "" then break end
  lengths[#lengths + 1] = tonumber(line)
end
for index, length in ipairs(lengths) do all[index] = file:read(length) end
file:close()

request = function()
  sent = sent + 1
  return all[((sent - 1) * step + first) % #all + 1]
end
