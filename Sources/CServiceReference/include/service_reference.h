#ifndef SALLYPORT_SERVICE_REFERENCE_H
#define SALLYPORT_SERVICE_REFERENCE_H

/// The file service-reference.bin: AWS's service authorization reference, laid out as the head of
/// Tools/extract-service-reference says: tables of fixed records, read where they lie. Integers are little-endian.
/// What it holds and where it comes from: NOTICE.md.
extern const unsigned char sallyport_service_reference[];
extern const unsigned long sallyport_service_reference_size;

/// The same bytes as a pointer, for Swift, which does not import an array without a length.
static inline const unsigned char *sallyport_service_reference_bytes(void) { return sallyport_service_reference; }

#endif
