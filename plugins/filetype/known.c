/* SPDX-License-Identifier: BSD-2-Clause */
#include "known.h"
#include "tags.h"

#include <magic.h>
#include <stdio.h>
#include <stdlib.h>

/* What a guess of libmagic weighs against other identifying plugins. */
#define MAGIC_CONFIDENCE 55u

struct ft_magic {
	magic_t cookie;
	char mime[128];
	char name[32];
};

/* Names of libmagic that differ from ours. */
static const struct {
	const char *mime;
	enum ft_id id;
} aliases[] = {
	{"application/x-pie-executable", FT_ELF},
	{"application/x-sharedlib", FT_ELF},
	{"application/x-object", FT_ELF},
	{"application/x-coredump", FT_ELF},
	{"application/x-executable", FT_ELF},
	{"application/x-dosexec", FT_DOSEXE},
	{"application/x-msdownload", FT_PE},
	{"application/x-rar", FT_RAR},
	{"application/x-arc", FT_ARC},
	{"application/x-lha", FT_LHA},
	{"application/x-java-applet", FT_CLASS},
	{"application/x-ms-reader", FT_CHM},
	{"application/vnd.ms-office", FT_OLE},
	{"application/cdfv2", FT_OLE},
	{"application/x-wine-extension-ini", FT_URL},
};

struct ft_magic *ft_magic_new(char *error, size_t error_size)
{
	static const unsigned char warm_up[] = {0x7f, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct ft_magic *magic = calloc(1, sizeof(*magic));

	if (magic == NULL) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	magic->cookie =
		magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
			   MAGIC_NO_CHECK_APPTYPE | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV);
	if (magic->cookie == NULL || magic_load(magic->cookie, NULL) != 0) {
		snprintf(error, error_size,
			 "libmagic cannot load its database: %s; install libmagic-mgc or set magic "
			 "= false",
			 magic->cookie != NULL ? magic_error(magic->cookie) : "out of memory");
		ft_magic_free(magic);
		return NULL;
	}
	(void)magic_buffer(magic->cookie, warm_up, sizeof(warm_up));
	return magic;
}

void ft_magic_free(struct ft_magic *magic)
{
	if (magic == NULL)
		return;
	if (magic->cookie != NULL)
		magic_close(magic->cookie);
	free(magic);
}

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static enum assay_class class_of(const char *mime)
{
	if (starts(mime, "image/"))
		return ASSAY_CLASS_IMAGE;
	if (starts(mime, "audio/") || starts(mime, "video/"))
		return ASSAY_CLASS_MEDIA;
	if (starts(mime, "font/") || starts(mime, "application/font") ||
	    starts(mime, "application/x-font"))
		return ASSAY_CLASS_FONT;
	return ASSAY_CLASS_DATA;
}

/* "application/x-foo.bar" gives FOO.BAR. */
static void make_name(const char *mime, char *name_out, size_t capacity)
{
	const char *from = strchr(mime, '/');
	size_t used = 0;

	from = from != NULL ? from + 1 : mime;
	if (starts(from, "x-"))
		from += 2;
	else if (starts(from, "vnd."))
		from += 4;
	for (; *from != '\0' && used + 1 < capacity; from++)
		name_out[used++] = *from >= 'a' && *from <= 'z' ? (char)(*from - 32) : *from;
	name_out[used] = '\0';
}

static enum ft_id find_known(const char *mime)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].mime, mime) == 0)
			return aliases[i].id;
	return ft_type_find(mime);
}

bool ft_magic_ask(struct ft_magic *magic, struct as_span data, struct assay_type *type_out)
{
	struct as_span head = as_span_slice(data, 0, FT_MAGIC_BYTES);
	const char *answer;
	enum ft_id id;
	size_t used;

	if (head.size < FT_MAGIC_MIN)
		return false;
	answer = magic_buffer(magic->cookie, head.data, head.size);
	if (answer == NULL)
		return false;
	for (used = 0; used + 1 < sizeof(magic->mime) && answer[used] > ' ' &&
		       answer[used] != ',' && answer[used] != ';';
	     used++)
		magic->mime[used] = (char)ft_lower((unsigned char)answer[used]);
	magic->mime[used] = '\0';
	/* Its text test is wider than ours: an unknown binary is no text. */
	if (strchr(magic->mime, '/') == NULL || starts(magic->mime, "text/") ||
	    strcmp(magic->mime, "application/octet-stream") == 0)
		return false;
	id = find_known(magic->mime);
	/* It guesses a COM program from a jump at the beginning, and so takes one
	 * in a hundred keys, tokens and other noise for one. */
	if (id == FT_DOSEXE && !as_span_has_at(data, 0, "MZ", 2) &&
	    !as_span_has_at(data, 0, "ZM", 2))
		return false;
	make_name(magic->mime, magic->name, sizeof(magic->name));
	*type_out = (struct assay_type){magic->mime, magic->name, class_of(magic->mime),
					MAGIC_CONFIDENCE};
	if (id != FT_UNKNOWN) {
		type_out->mime = ft_type(id)->mime;
		type_out->name = ft_type(id)->name;
		type_out->type_class = ft_type(id)->type_class;
	}
	return true;
}
