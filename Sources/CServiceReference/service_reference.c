#include "service_reference.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char sallyport_service_reference[] = {
#embed "service-reference.bin"
};

const unsigned long sallyport_service_reference_size = sizeof sallyport_service_reference;
