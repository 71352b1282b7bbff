-- Sends one signed request again and again: the file named by REQUEST has its bytes, headers and body.
dofile((os.getenv("FIGURES")))

local file = assert(io.open(os.getenv("REQUEST"), "rb"))
local bytes = file:read("*a")
file:close()

request = function() return bytes end
