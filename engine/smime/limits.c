/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/limits.h"

#include "smime/cert_look.h"
#include "smime/certs.h"
#include "smime/cms.h"
#include "smime/content_type.h"
#include "smime/coverage.h"
#include "smime/digest.h"
#include "smime/frame.h"
#include "smime/header_values.h"
#include "smime/html_refs.h"
#include "smime/identity.h"
#include "smime/keyring.h"
#include "smime/mail.h"
#include "smime/path_cost.h"
#include "smime/path_own.h"
#include "smime/path_run.h"
#include "smime/recall.h"
#include "smime/reencode.h"
#include "smime/signer_job.h"
#include "smime/signer_value.h"

const struct assay_limit as_smime_limits[] = {
	{"layers", AS_SMIME_LAYERS_MAX, "layers",
	 "layers of one message, forwarded mails included, whose signatures are verified; further "
	 "ones are opened and inspected only"},
	{"layers_cost", AS_SMIME_COST_MAX, "units",
	 "of the signatures and keys of one message, as signer_cost; further layers are "
	 "neither verified nor decrypted"},
	{"layers_hashed_bytes", AS_SMIME_HASHED_BYTES_MAX, "bytes",
	 "that are hashed for the signatures of one message; the same then"},
	{"signers", AS_CMS_SIGNERS_MAX, "signers",
	 "signers of one layer; 5,000 in a mail of 3 MB cost OpenSSL 1.1 s"},
	{"certificates", AS_CMS_CERTS_MAX, "certificates",
	 "certificates of one layer; each one that is used costs 130 us to decode"},
	{"crls", AS_CMS_CRLS_MAX, "lists", "revocation lists inside one layer"},
	{"crl_bytes", AS_CERTS_CRL_BYTES_MAX, "bytes",
	 "revocation lists inside one layer that are decoded, together"},
	{"recipients", AS_CMS_RECIPIENTS_MAX, "recipients",
	 "recipients of one layer: the list is reported, a key is looked up for each"},
	{"attributes", AS_CMS_ATTRIBUTES_MAX, "attributes",
	 "attributes of one signer; programs write three to six"},
	{"attribute_values", AS_CMS_VALUES_MAX, "values",
	 "values of one attribute that are counted"},
	{"digest_algorithms", AS_CMS_DIGESTS_MAX, "algorithms",
	 "digest algorithms that a layer may announce; one for each signer is of use"},
	{"content_digests", AS_CONTENT_DIGESTS_MAX, "digests",
	 "digests of one signed text: each algorithm once, as it stands and with CRLF"},
	{"content_digest_bytes", AS_CONTENT_DIGEST_BYTES_MAX, "bytes",
	 "that all digests of one signed text may take, beyond the first four"},
	{"asn1_depth", AS_BER_DEPTH_MAX, "levels",
	 "elements within elements; CMS with certificates has about 15"},
	{"oid_bytes", AS_BER_OID_BYTES_MAX, "bytes", "of an object identifier that is shown"},
	{"signer_cost", AS_SIGNER_COST_MAX, "units",
	 "signature values of one layer, in units of an RSA-2048 signature check (20 us)"},
	{"rsa_bits", AS_RSA_BITS_MAX, "bits", "of an RSA key; a check with 16,384 costs 2 ms"},
	{"rsa_exponent_bits", AS_RSA_EXPONENT_BITS_MAX, "bits",
	 "of the public exponent, which costs as much as it is long"},
	{"dsa_bits", AS_DSA_BITS_MAX, "bits", "of a DSA key; FIPS 186-4 ends at 3,072"},
	{"pss_salt", AS_PSS_SALT_MAX, "bytes", "of an RSA-PSS salt; above any that fits a key"},
	{"reencode_bytes", AS_REENCODE_BYTES_MAX, "bytes",
	 "signed attributes that are not DER and have to be written anew"},
	{"reencode_depth", AS_REENCODE_DEPTH_MAX, "levels", "of such attributes"},
	{"path_depth", AS_PATH_DEPTH_MAX, "certificates",
	 "of one path; real ones have two to five, RFC 5280 has no bound"},
	{"path_checks", AS_PATH_CHECKS_MAX, "checks",
	 "signature checks for one path: certificates of equal names have exponentially many "
	 "paths"},
	{"path_tries", AS_PATH_TRIES_MAX, "paths", "whole paths that are judged for one signer"},
	{"path_cost", AS_PATH_COST_MAX, "units", "of one path, as signer_cost"},
	{"message_cost", AS_MESSAGE_COST_MAX, "units", "of all paths of one layer, as signer_cost"},
	{"path_bad_crls", AS_PATH_BAD_CRLS_MAX, "lists",
	 "revocation lists of a path that do not verify"},
	{"certificate_bytes", AS_CERT_BYTES_MAX, "bytes",
	 "of a certificate in a message; real ones have 2 KiB"},
	{"certificate_extensions", AS_CERT_EXTENSIONS_MAX, "extensions", "of such a certificate"},
	{"candidate_certificates", AS_CERTS_ASKED_MAX, "certificates",
	 "with the same issuer and serial number that are tried for one signer"},
	{"recalled_certificates", AS_RECALL_MAX, "certificates",
	 "intermediates of valid paths that a worker keeps decoded"},
	{"trust_files", AS_TRUST_FILES_MAX, "files", "of one list of the configuration"},
	{"trust_file_bytes", AS_TRUST_FILE_BYTES, "bytes", "of one such file"},
	{"addresses", AS_IDENTITY_ADDRESSES_MAX, "addresses", "of one certificate"},
	{"authors", AS_IDENTITY_AUTHORS_MAX, "mailboxes",
	 "in all From fields; with more no author is a signer"},
	{"compared_mailboxes", AS_VALUE_MAILBOXES_MAX, "mailboxes",
	 "of a protected field that are compared one by one"},
	{"date_gap_s", AS_DATE_GAP_S, "s", "between Date and the time of signing without a word"},
	{"content_types", AS_SMIME_TYPES_MAX, "fields",
	 "Content-Type fields of one entity that are compared"},
	{"parameters", AS_SMIME_PARAMS_MAX, "parameters", "of such a field"},
	{"fences", AS_SMIME_FENCES_MAX, "boundaries",
	 "multiparts round a signed part; with more it is ambiguous"},
	{"fence_compares", AS_SMIME_FENCE_COMPARES_MAX, "comparisons",
	 "of lines that begin like a delimiter with the boundaries round a signed part; with "
	 "more it is ambiguous"},
	{"coverage_layers", AS_COVERAGE_LAYERS_MAX, "layers",
	 "beside each other that coverage tells apart"},
	{"cids", AS_CIDS_MAX, "references", "by Content-ID from HTML that are looked at"},
	{"private_keys", AS_KEYRING_KEYS_MAX, "keys", "that the keeper holds"},
	{"private_key_certificates", AS_KEYRING_CERTS_MAX, "certificates", "for these keys"},
	{"key_bytes", AS_KEY_BYTES_MAX, "bytes", "of the key of a content"},
	{"encrypted_key_bytes", AS_KEY_INPUT_MAX, "bytes",
	 "of an encrypted key with its parameters; RSA-16384 needs 2 KiB"},
	{"decryption_tries", AS_OPEN_TRIES_MAX, "recipients",
	 "of one layer whose key the keeper is asked for"},
	{"inflation_ratio", AS_OPEN_RATIO_MAX, "times",
	 "octets inflated per octet of all compressed layers, beyond the limit ratio_floor"},
};

const size_t as_smime_limit_count = sizeof(as_smime_limits) / sizeof(as_smime_limits[0]);
