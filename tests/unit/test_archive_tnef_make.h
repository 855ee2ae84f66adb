/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_ARCHIVE_TNEF_MAKE_H
#define ASSAY_TESTS_ARCHIVE_TNEF_MAKE_H

#include <stddef.h>
#include <stdint.h>

/* TNEF streams, octet by octet. */
struct tnef_maker {
	unsigned char data[1 << 18];
	size_t size;
};

/* Ids with their types (MS-OXTNEF s2.1.3.2). */
#define ATT_BODY	   0x0002800cu
#define ATT_DATA	   0x0006800fu
#define ATT_TITLE	   0x00018010u
#define ATT_METAFILE	   0x00068011u
#define ATT_TRANSPORT_NAME 0x00069001u
#define ATT_BEGIN	   0x00069002u
#define ATT_MESSAGE_PROPS  0x00069003u
#define ATT_PROPS	   0x00069005u
#define ATT_VERSION	   0x00089006u

#define LEVEL_MESSAGE	   1u
#define LEVEL_ATTACHMENT   2u

void tm_octets(struct tnef_maker *maker, const void *data, size_t size);
void tm_le16(struct tnef_maker *maker, uint32_t value);
void tm_le32(struct tnef_maker *maker, uint32_t value);
/* Signature, key and version. */
void tm_begin(struct tnef_maker *maker);
/* One that states another length than it has. */
void tm_attribute_as(struct tnef_maker *maker, uint32_t level, uint32_t id, const void *data,
		     size_t size, uint32_t stated);
void tm_attribute(struct tnef_maker *maker, uint32_t level, uint32_t id, const void *data,
		  size_t size);
/* attAttachRenddata, the title with its NUL (NULL: none), the data. */
void tm_attachment(struct tnef_maker *maker, const char *title, const void *data, size_t size);
void tm_take(struct tnef_maker *maker, uint32_t level, uint32_t id,
	     const struct tnef_maker *properties);

/* Into a maker of its own: the list of an attribute. */
void tm_props(struct tnef_maker *maker, uint32_t count);
void tm_long(struct tnef_maker *maker, uint32_t id, uint32_t value);
void tm_value(struct tnef_maker *maker, uint32_t type, uint32_t id, const void *data, size_t size);
void tm_text(struct tnef_maker *maker, uint32_t id, const char *text);
/* ASCII as UTF-16LE, with its NUL. */
void tm_wide(struct tnef_maker *maker, uint32_t id, const char *text);
/* A named property: by number, or by a name of so many octets. */
void tm_named(struct tnef_maker *maker, uint32_t kind, uint32_t name_size);

#endif
