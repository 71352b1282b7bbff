-- Prints what was measured in one line of JSON. wrk counts an answer as refused from status 400 on.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nfigures {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
