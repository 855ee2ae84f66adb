/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_SCAN_H
#define ASSAY_DAEMON_HTTP_SCAN_H

#include "daemon/http/request.h"

/* POST /v1/scan: octets into a task, its verdict into the answer. */
bool as_http_scan_begin(struct as_http_request *request, struct as_http_problem *problem);
bool as_http_scan_body(struct as_http_request *request, struct as_span octets,
		       struct as_http_problem *problem);
bool as_http_scan_end(struct as_http_request *request, struct as_http_problem *problem);
void as_http_scan_leave(struct as_http_request *request);

#endif
