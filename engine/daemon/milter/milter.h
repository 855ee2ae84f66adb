/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_MILTER_H
#define ASSAY_DAEMON_MILTER_MILTER_H

#include "daemon/listener.h"

/* The milter protocol, for Postfix, Sendmail and whoever speaks it. */
extern const struct as_protocol_ops as_milter_ops;

#endif
