#ifndef SALLYPORT_CARGON2_H
#define SALLYPORT_CARGON2_H

#include <argon2.h>

#endif
