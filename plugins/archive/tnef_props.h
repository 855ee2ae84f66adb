/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_TNEF_PROPS_H
#define ASSAY_ARCHIVE_TNEF_PROPS_H

#include <assay/span.h>

/*
 * The MAPI properties inside of a TNEF attribute (MS-OXTNEF s2.1.3.4). Pure.
 * Only what has octets of its own is handed out: text, binary, objects. The
 * number of properties is not believed: all that is there is read, as long as
 * types are known, and behind damage the next property that matters is
 * searched for.
 */

/* Types (MS-OXCDATA s2.11.1) of variable length. */
enum tnef_type {
	TNEF_TYPE_OBJECT = 0x000d,
	TNEF_TYPE_STRING8 = 0x001e,
	TNEF_TYPE_UNICODE = 0x001f,
	TNEF_TYPE_BINARY = 0x0102,
};

/* Properties that are opened (MS-OXPROPS). */
enum tnef_property_id {
	TNEF_PR_BODY = 0x1000,
	TNEF_PR_RTF = 0x1009,
	TNEF_PR_HTML = 0x1013,
	TNEF_PR_DISPLAY_NAME = 0x3001,
	TNEF_PR_ATTACH_DATA = 0x3701,
	TNEF_PR_ATTACH_EXTENSION = 0x3703,
	TNEF_PR_ATTACH_FILENAME = 0x3704,
	TNEF_PR_ATTACH_LONG_FILENAME = 0x3707,
	TNEF_PR_ATTACH_PATHNAME = 0x3708,
	TNEF_PR_ATTACH_LONG_PATHNAME = 0x370d,
};

/* As TNEF_MAX_OVERLONG, for the values of one attribute. */
#define TNEF_MAX_OVERLONG_VALUES 4u

struct tnef_property {
	uint16_t type; /* enum tnef_type */
	uint16_t id;
	struct as_span value;
	bool cut; /* its size is beyond the end */
};

struct tnef_props {
	struct as_span data;
	size_t at;
	uint32_t values_left; /* of the property that is being read */
	uint16_t type, id;
	uint32_t count; /* as declared */
	uint32_t seen;
	uint32_t overlong;
	bool damaged; /* something was not as it has to be */
};

void tnef_props_open(struct tnef_props *props, struct as_span data);
/* The next value; false at the end. */
bool tnef_props_next(struct tnef_props *props, struct tnef_property *property_out);

#endif
