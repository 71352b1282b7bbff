#ifndef SALLYPORT_MANAGED_POLICIES_H
#define SALLYPORT_MANAGED_POLICIES_H

/// The file managed-policies.bin: all of AWS's managed policies, laid out as the head of Tools/extract-managed-policies
/// says: a header of 32 bytes, an index of names, paths, ids and dates, a dictionary, and documents that are compressed
/// one by one with that dictionary. Integers are little-endian. What it holds and where it comes from: NOTICE.md.
extern const unsigned char sallyport_managed_policies[];
extern const unsigned long sallyport_managed_policies_size;

/// The same bytes as a pointer, for Swift, which does not import an array without a length.
static inline const unsigned char *sallyport_managed_policies_bytes(void) { return sallyport_managed_policies; }

#endif
