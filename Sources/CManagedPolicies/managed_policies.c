#include "managed_policies.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char sallyport_managed_policies[] = {
#embed "managed-policies.bin"
};

const unsigned long sallyport_managed_policies_size = sizeof sallyport_managed_policies;
