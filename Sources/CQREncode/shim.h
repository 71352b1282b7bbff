#ifndef SALLYPORT_CQRENCODE_H
#define SALLYPORT_CQRENCODE_H

#include <qrencode.h>

#endif
