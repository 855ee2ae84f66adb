/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_ENGINE_H
#define ASSAY_INSPECT_ENGINE_H

#include "base/buffer.h"
#include "base/error.h"
#include "inspect/cache.h"
#include "inspect/module.h"
#include "inspect/settings.h"
#include "smime/open.h"
#include "smime/trust.h"

/*
 * One generation: the plugins as configured, loaded and proven by their
 * canaries. Made in the zygote, used by all its workers, never changed.
 */
#define AS_MODULES_MAX 32u

struct as_engine {
	struct as_engine_settings settings;
	struct as_module modules[AS_MODULES_MAX]; /* loaded ones first */
	size_t module_count;			  /* loaded */
	struct as_module failed[AS_MODULES_MAX];  /* optional ones */
	size_t failed_count;
	struct as_cache *cache;	       /* shared, or NULL */
	unsigned char fingerprint[32]; /* of plugins, signatures, limits */
	struct as_trust *trust;	       /* NULL: S/MIME is not looked at */
	struct as_key_ops key_ops;     /* of the keeper; set by whoever has one */
};

/*
 * Opens, loads and tries every enabled plugin, in the order of the settings.
 * The error names plugin, file and reason. cache stays the caller's.
 */
int as_engine_open(const struct as_engine_settings *settings, struct as_cache *cache,
		   struct as_engine **engine_out, struct as_error *error);
void as_engine_close(struct as_engine *engine);

/* In each worker, before the sandbox closes. */
int as_engine_enter(struct as_engine *engine, const char *temp_dir, uint32_t number,
		    struct as_error *error);

/* Every plugin must find its own canaries. AS_E_CANARY names what was missed. */
int as_engine_prove(struct as_engine *engine, struct as_error *error);

#endif
