/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SANDBOX_FILTER_H
#define ASSAY_POOL_SANDBOX_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seccomp.h>

/*
 * What the seccomp filters of workers and of services have in common. A filter
 * allows nothing but what it is told to; seccomp_release() it when it is loaded.
 * A call that this machine does not have is passed over. false: libseccomp
 * cannot build the rule.
 */

/* Any call that is not allowed is answered by action. NULL: no memory. */
scmp_filter_ctx as_filter_new(uint32_t action);

/* Adds how many of the calls this machine has to *count. */
bool as_filter_allow(scmp_filter_ctx filter, const int *calls, size_t size, unsigned int *count);
bool as_filter_allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition);
bool as_filter_allow_fcntl(scmp_filter_ctx filter, const int *commands, size_t size);

/*
 * What nobody can do without: descriptors that are there, memory without code,
 * the clock, itself, and of fcntl(2) what does no more than that.
 */
bool as_filter_allow_common(scmp_filter_ctx filter, unsigned int *count);

/* mmap(2) under the name that this machine has for it. */
int as_filter_mmap(void);

#endif
