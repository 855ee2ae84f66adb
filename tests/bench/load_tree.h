/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BENCH_LOAD_TREE_H
#define ASSAY_BENCH_LOAD_TREE_H

#include <stdint.h>
#include <sys/types.h>

/* What a process and all its descendants have used, children that ended
 * included. From /proc, in its ticks of 10 ms. */
struct tree_use {
	double cpu_s;
	double front_cpu_s; /* of the process named "assay-front" alone */
	double rss_mb, pss_mb;
	unsigned int processes;
};

void tree_measure(pid_t root, struct tree_use *use_out);

#endif
