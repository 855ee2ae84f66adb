/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_HTTP_H
#define ASSAY_DAEMON_HTTP_HTTP_H

#include "daemon/listener.h"

/*
 * HTTP/1.1 (RFC 9112) with JSON, as docs/openapi.yaml describes it:
 *
 *     POST /v1/scan    a message, or a file; the answer is the verdict
 *     GET /v1/status   what is loaded and how it is doing, as JSON
 *     GET /metrics     the same for Prometheus
 *
 * and on a control socket, for whoever the configuration names:
 *
 *     POST /v1/reload  answered when the new generation is in use or has failed
 *     POST /v1/drain   takes nothing new, answers what there is, ends
 *     GET /v1/status, GET /metrics
 *
 * The configuration of a listener says which of the two it is.
 *
 * libmicrohttpd parses the requests; its descriptor set hangs in the loop of
 * the front. start() looks up users and groups, so it must come before the
 * sandbox closes.
 */
extern const struct as_protocol_ops as_http_ops;

#endif
