/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_RULE_H
#define ASSAY_PLUGINS_YARA_RULE_H

#include "guard.h"
#include "sources.h"
#include "trouble.h"

#include <time.h>
#include <yara.h>

/*
 * What a rule's meta section says about its use in mail. README.md of this
 * folder lists the keys.
 *
 * A wrong value of a key that Assay knows refuses a rule of one's own. In an
 * imported rule it is a warning and the key does not count: foreign sets use
 * the same words their own way (status = "RELEASED").
 */

/* Actions of meta action and of the caps, mildest first. */
enum yp_wish {
	YP_WISH_NONE = 0,
	YP_WISH_FLAG,
	YP_WISH_TAG,
	YP_WISH_STRIP,
	YP_WISH_QUARANTINE,
	YP_WISH_BLOCK,
};

enum yp_state {
	YP_LIVE = 0,
	YP_SHADOW, /* logged, never in a verdict */
	YP_OFF,	   /* test, retired */
};

enum yp_direction {
	YP_INBOUND = 1u << 0,
	YP_OUTBOUND = 1u << 1,
	YP_INTERNAL = 1u << 2,
};

struct yp_rule {
	char *code; /* "yara.NAME" */
	char *text; /* one sentence: description, file and id */
	enum assay_severity severity;
	enum assay_action wish;
	enum yp_state state;
	uint32_t scopes;     /* enum yp_scope */
	uint32_t directions; /* enum yp_direction; 0: all */
	uint64_t max_size;   /* octets; 0: no limit of its own */
	struct yp_guard guard;
	uint64_t serial; /* of the object that has its finding already */
};

struct yp_rule_context {
	struct yp_trouble *trouble;
	const struct yp_source *source;
	enum yp_wish cap; /* strictest wish that the rule may have */
	time_t now;
};

/* 0 with what the metas say; mistakes go to trouble. -ENOMEM. */
int yp_rule_parse(struct yp_rule *rule, const YR_RULE *compiled,
		  const struct yp_rule_context *context);
void yp_rule_free(struct yp_rule *rule);

/* The wish of a word; false if there is none such. */
bool yp_wish_find(const char *word, enum yp_wish *wish_out);

/* Bit of a word of envelope.direction or meta direction, 0 if none such. */
uint32_t yp_direction_find(const char *word);

#endif
