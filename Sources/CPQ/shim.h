#ifndef SALLYPORT_CPQ_H
#define SALLYPORT_CPQ_H

#include <libpq-fe.h>
#include <poll.h>

// The fields of a result's error, which are character constants in C.
static const int cpq_sqlstate = PG_DIAG_SQLSTATE;
static const int cpq_message = PG_DIAG_MESSAGE_PRIMARY;
static const int cpq_severity = PG_DIAG_SEVERITY_NONLOCALIZED;

#endif
