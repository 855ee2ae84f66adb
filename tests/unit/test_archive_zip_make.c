/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_archive_zip_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <zlib.h>

struct zip_buffer zip_file;
struct probe zip_probe;

void zip_put(const void *data, size_t size)
{
	assert_true(size <= sizeof(zip_file.data) - zip_file.size);
	if (size > 0)
		memcpy(zip_file.data + zip_file.size, data, size);
	zip_file.size += size;
}

static void put_number(uint64_t value, size_t octets)
{
	for (size_t i = 0; i < octets; i++) {
		unsigned char octet = (unsigned char)(value >> (8 * i));

		zip_put(&octet, 1);
	}
}

static size_t deflate_raw(const void *data, size_t size, unsigned char *out, size_t capacity)
{
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data,
			   .avail_in = (unsigned int)size,
			   .next_out = out,
			   .avail_out = (unsigned int)capacity};

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return capacity - stream.avail_out;
}

void zip_put_local(struct zip_sample *e)
{
	static unsigned char packed[1 << 18];
	size_t name = strlen(e->name);

	e->header_at = zip_file.size;
	e->size = e->content_size;
	e->crc = (uint32_t)crc32(0, e->content, (unsigned int)e->content_size) ^ e->crc_error;
	if (e->deflate) {
		e->method = 8;
		e->packed = deflate_raw(e->content, e->content_size, packed, sizeof(packed));
	} else {
		e->packed = e->content_size;
		memcpy(packed, e->content, e->content_size);
	}
	zip_put("PK\003\004", 4);
	put_number(20, 2);
	put_number(e->flags | (e->descriptor ? 8u : 0), 2);
	put_number(e->method, 2);
	put_number(0, 4);
	put_number(e->descriptor ? 0 : e->crc, 4);
	put_number(e->zip64 ? UINT32_MAX : e->descriptor ? 0 : e->packed, 4);
	put_number(e->zip64 ? UINT32_MAX : e->descriptor ? 0 : e->size, 4);
	put_number(name, 2);
	put_number(e->zip64 ? 20 : 0, 2);
	zip_put(e->name, name);
	if (e->zip64) {
		put_number(1, 2);
		put_number(16, 2);
		put_number(e->size, 8);
		put_number(e->packed, 8);
	}
	zip_put(packed, e->packed);
	if (e->descriptor) {
		zip_put("PK\007\010", 4);
		put_number(e->crc, 4);
		put_number(e->packed, 4);
		put_number(e->size, 4);
	}
}

void zip_put_central(const struct zip_sample *e, size_t base)
{
	const char *name = e->central_name != NULL ? e->central_name : e->name;

	zip_put("PK\001\002", 4);
	put_number(20, 2);
	put_number(20, 2);
	put_number(e->flags | e->central_flags | (e->descriptor ? 8u : 0), 2);
	put_number(e->method, 2);
	put_number(0, 4);
	put_number(e->crc, 4);
	put_number(e->packed + e->central_size_error, 4);
	put_number(e->size + e->central_size_error, 4);
	put_number(strlen(name), 2);
	put_number(e->extra_size, 2);
	put_number(0, 8);
	put_number(0, 2);
	put_number(e->header_at - base, 4);
	zip_put(name, strlen(name));
	zip_put(e->extra, e->extra_size);
}

void zip_put_end(size_t directory_at, size_t base, size_t entries)
{
	size_t size = zip_file.size - directory_at;

	zip_put("PK\005\006", 4);
	put_number(0, 4);
	put_number(entries, 2);
	put_number(entries, 2);
	put_number(size, 4);
	put_number(directory_at - base, 4);
	put_number(0, 2);
}

void zip_put_end64(size_t directory_at, size_t entries)
{
	size_t at = zip_file.size;

	zip_put("PK\006\006", 4);
	put_number(44, 8);
	put_number(45, 2);
	put_number(45, 2);
	put_number(0, 8);
	put_number(entries, 8);
	put_number(entries, 8);
	put_number(at - directory_at, 8);
	put_number(directory_at, 8);
	zip_put("PK\006\007", 4);
	put_number(0, 4);
	put_number(at, 8);
	put_number(1, 4);
	zip_put("PK\005\006", 4);
	put_number(0, 4);
	put_number(UINT64_MAX, 8);
	put_number(UINT32_MAX, 4);
	put_number(0, 2);
}

void zip_put_archive(struct zip_sample *entries, size_t count, size_t base)
{
	size_t directory_at;

	for (size_t i = 0; i < count; i++)
		zip_put_local(&entries[i]);
	directory_at = zip_file.size;
	for (size_t i = 0; i < count; i++)
		zip_put_central(&entries[i], base);
	zip_put_end(directory_at, base, count);
}

void zip_run_as(const char *name, const char *type_name, enum assay_class type_class)
{
	struct assay_object object =
		probe_object(as_span_make(zip_file.data, zip_file.size), name, NULL);

	object.type_name = type_name;
	object.type_class = type_class;
	assert_int_equal(probe_run(&zip_probe, &object, ASSAY_UNPACK), 0);
}

void zip_run(void)
{
	zip_run_as("a.zip", "ZIP", ASSAY_CLASS_ARCHIVE);
}

void zip_expect(const char *name, const char *content)
{
	const struct probe_child *child = probe_child_named(&zip_probe, name);

	assert_non_null(child);
	assert_int_equal(child->size, strlen(content));
	assert_memory_equal(child->data, content, child->size);
	assert_string_equal(child->via, "zip");
}

int zip_severity(const char *code)
{
	for (size_t i = 0; i < zip_probe.finding_count; i++)
		if (strcmp(zip_probe.findings[i].code, code) == 0)
			return (int)zip_probe.findings[i].severity;
	fail_msg("%s was not reported", code);
	return -1;
}

int zip_set_up(void **state)
{
	(void)state;
	zip_file.size = 0;
	memset(&zip_probe, 0, sizeof(zip_probe));
	return probe_open(&zip_probe, &assay_plugin);
}

int zip_tear_down(void **state)
{
	(void)state;
	probe_close(&zip_probe);
	return 0;
}
