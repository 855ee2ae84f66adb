/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_CODES_H
#define ASSAY_INSPECT_CODES_H

#include <assay/plugin.h>

/* The registry of finding codes, in the order of codes.def: by family. */
enum as_code_effect {
	AS_EFFECT_NONE = 0,
	AS_EFFECT_INCOMPLETE, /* the verdict's complete becomes false */
};

/* The longest name of a rule or signature that is kept in a code. */
#define AS_CODE_MEMBER_MAX 200u

struct as_code_info {
	const char *code;
	enum assay_severity severity;
	enum as_code_effect effect;
	const char *sentence;
};

extern const size_t as_code_count;
const struct as_code_info *as_code_at(size_t index);

/*
 * The entry of a code. yara.<rule> and malware.<signature> are members of open
 * families and answer with the family's own entry; NULL for anything else.
 */
const struct as_code_info *as_code_find(const char *code);

/* Whether code matches a pattern: exact, or a prefix with ".*" behind it, or
 * "*" alone. */
bool as_code_matches(const char *code, const char *pattern);

#endif
