/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_DER_H
#define ASSAY_FILETYPE_DER_H

#include "detect.h"

/* Certificates, CMS (RFC 5652), PKCS#12 (RFC 7292), PKCS#10, CRL and keys by
 * the first elements of their ASN.1, in DER or BER. */
bool ft_der_find(struct as_span data, struct ft_result *result_out);

#endif
