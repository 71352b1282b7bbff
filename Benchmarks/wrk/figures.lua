-- PORTS names the servers, with commas between: each thread goes to one of them.
local ports, threads = {}, 0
for port in (os.getenv("PORTS") or ""):gmatch("%d+") do ports[#ports + 1] = port end

setup = function(thread)
  thread.addr = wrk.lookup("127.0.0.1", ports[threads % #ports + 1])[1]
  thread:set("first", threads)
  threads = threads + 1
  thread:set("step", #ports)
end

-- Prints what was measured in one line of JSON. wrk counts an answer as refused from status 400 on.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nfigures {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
