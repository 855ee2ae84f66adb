/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_PROBE_H
#define ASSAY_TESTS_PROBE_H

#include <assay/plugin.h>

/*
 * Runs one plugin against one object without the engine, for unit tests: a
 * host that records what the plugin reports. Nothing is inspected further:
 * children are copied and kept. Limits are those set in struct probe.
 */
struct probe_finding {
	char *code;
	char *text;
	enum assay_severity severity;
	enum assay_action wish;
	size_t evidence_count;
	struct assay_evidence evidence[16]; /* text is owned */
};

struct probe_child {
	unsigned char *data; /* a copy with a NUL behind it */
	size_t size;
	char *name, *second_name, *label, *via;
	size_t name_length;
	uint32_t flags;
	uint64_t declared_size;
};

struct probe_setting {
	const char *key;
	const char *values[8]; /* NULL-terminated list; one for scalars */
};

struct probe {
	const struct assay_plugin *plugin;
	void *state;
	struct assay_loaded loaded;
	const struct probe_setting *settings; /* ends with a NULL key */
	const char *signature_dir;	      /* default: $top_srcdir/signatures */

	/* Limits; 0 takes the default of 64 MiB, 1,000 children, depth 16. */
	uint64_t max_bytes;
	uint32_t max_children;
	uint32_t max_depth;
	uint64_t left_ms;

	/* What happened in the last run. */
	struct probe_finding findings[256];
	size_t finding_count;
	struct probe_child children[1024];
	size_t child_count;
	uint64_t charged;
	struct assay_type type; /* strings are copies below */
	char mime[128], type_name[32];
	uint32_t added_flags;
	void *allocs[4096];
	size_t alloc_count;
};

/* 0, or what load() answered with probe->loaded.error filled. */
int probe_open(struct probe *probe, const struct assay_plugin *plugin);
void probe_close(struct probe *probe);

/* An object with the given octets and file name (NULL: none). */
struct assay_object probe_object(struct as_span data, const char *name, const char *declared);

/* Forgets the last run, then calls inspect() once for the phase. */
int probe_run(struct probe *probe, const struct assay_object *object, enum assay_phase phase);

bool probe_has(const struct probe *probe, const char *code);
/* The first finding of that code, or NULL. */
const struct probe_finding *probe_find(const struct probe *probe, const char *code);
const struct probe_child *probe_child_named(const struct probe *probe, const char *name);

#endif
