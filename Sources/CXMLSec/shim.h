#ifndef SALLYPORT_CXMLSEC_H
#define SALLYPORT_CXMLSEC_H

// What pkg-config would define; the package manager does not pass it on.
#define XMLSEC_NO_SIZE_T 1
#define XMLSEC_NO_CRYPTO_DYNAMIC_LOADING 1
#define XMLSEC_CRYPTO_OPENSSL 1
#define __XMLSEC_FUNCTION__ __func__

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmltree.h>
#include <xmlsec/templates.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>

static inline void cxmlsec_say_nothing(void *context, const char *format, ...) {
  (void)context;
  (void)format;
}

// Keeps libxml2 from writing about bad input to standard error; for this thread and those that begin later.
static inline void cxmlsec_silence(void) {
  xmlSetGenericErrorFunc(NULL, cxmlsec_say_nothing);
  xmlThrDefSetGenericErrorFunc(NULL, cxmlsec_say_nothing);
}

// `xmlFree` is a variable that holds a function.
static inline void cxmlsec_free(void *pointer) { xmlFree(pointer); }

#endif
