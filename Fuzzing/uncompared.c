// libFuzzer is told of every comparison, which takes a third of the time. The build for long runs does without: the
// linker puts these in the place of libFuzzer's functions of the same names (`run`, UNWATCHED).
#define NOTHING(name) void __wrap___sanitizer_cov_trace_##name(void) {}

NOTHING(cmp1)
NOTHING(cmp2)
NOTHING(cmp4)
NOTHING(cmp8)
NOTHING(const_cmp1)
NOTHING(const_cmp2)
NOTHING(const_cmp4)
NOTHING(const_cmp8)
NOTHING(switch)
NOTHING(pc_indir)
