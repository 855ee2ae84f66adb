/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_SETTINGS_H
#define ASSAY_SMIME_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the configuration says about S/MIME. Whoever reads the configuration
 * owns the strings; they must outlive what is opened with them.
 */
enum as_smime_revocation_mode {
	AS_SMIME_REVOCATION_SOFT = 0, /* unknown is told, only revoked counts */
	AS_SMIME_REVOCATION_HARD,     /* unknown is a fault */
	AS_SMIME_REVOCATION_NONE,     /* "off": CRLs are not looked at */
};

struct as_smime_settings {
	bool enabled; /* default true: without anchors chains are untrusted */
	/* Files (PEM with any number, or DER) and folders of them. */
	const char *const *anchors;
	size_t anchor_count;
	bool system_anchors;	  /* the bundle for TLS; off: its roots did not
				     promise to check mail addresses */
	const char *const *certs; /* intermediates and signers */
	size_t cert_count;
	const char *const *crls;
	size_t crl_count;
	const char *const *keys; /* PEM or PKCS #12, for the keeper only */
	size_t key_count;
	const char *password;	   /* for all of them, or NULL */
	const char *password_file; /* first line, or NULL or "" */
	enum as_smime_revocation_mode revocation;
	uint32_t allow;		     /* enum as_smime_allow */
	bool partial_chain;	     /* any certificate given as anchor ends a path */
	const char *const *policies; /* dotted OIDs; "any" or none: any-policy */
	size_t policy_count;
	bool explicit_policy, inhibit_any, inhibit_mapping;
	bool at_set;
	int64_t at; /* seconds since 1970; else the wall clock */
};

#endif
