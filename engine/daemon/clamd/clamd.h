/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_CLAMD_H
#define ASSAY_DAEMON_CLAMD_CLAMD_H

#include "daemon/listener.h"

/*
 * The clamd protocol: what clamdscan, Exim, amavis, rspamd, clamav-milter and
 * their like speak to clamd, on UNIX sockets and on the loopback interface.
 *
 * Differences from clamd, each for a reason: SHUTDOWN is refused, RELOAD too
 * unless the configuration allows it; SCAN and its like work below configured
 * folders only; what could not be inspected is never OK; an error in
 * mid-stream is sent before the connection goes.
 */
extern const struct as_protocol_ops as_clamd_ops;

#endif
