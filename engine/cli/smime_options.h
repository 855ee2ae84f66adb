/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_SMIME_OPTIONS_H
#define ASSAY_CLI_SMIME_OPTIONS_H

#include "cli/cli.h"
#include "policy/config.h"

/*
 * The arguments of `assay smime`. Options for files take all words up to the
 * next option, and may be repeated: --anchors root.pem other.pem --crls list.crl.
 * Where no word is left for FILE, it is the last one.
 */

/* Words of one option. PKITS needs six; a folder stands for any number. */
#define AS_SMIME_WORDS_MAX 1024u

struct as_smime_words {
	const char *items[AS_SMIME_WORDS_MAX];
	size_t count;
};

struct as_smime_options {
	const char *file;
	const char *config;
	bool as_json, no_sandbox;
	uint64_t index; /* of a mailbox */
	struct as_smime_words anchors, certs, crls, keys, policies, allow;
	const char *password, *revocation;
	bool partial_chain, explicit_policy, inhibit_any, inhibit_mapping;
	bool at_given;
	int64_t at;
};

/* True: go on. False: help was printed or a fault was told; *status_out is the
 * exit status. */
bool as_smime_options_read(const struct as_verb *verb, int argc, char **argv,
			   struct as_smime_options *options_out, int *status_out);

/* What was given takes the place of what the configuration says; plugins are
 * switched off. options must outlive the use of config. Faults are told. */
bool as_smime_options_apply(const struct as_verb *verb, const struct as_smime_options *options,
			    struct as_config *config);

#endif
