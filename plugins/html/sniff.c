/* SPDX-License-Identifier: BSD-2-Clause */
#include "sniff.h"

#include "octets.h"

/* An attribute that handles an event has a name of at least five letters
 * (oncut) and at most some 30. */
#define HANDLER_MIN 5u
#define HANDLER_MAX 40u

/* A DOS header. Shorter programs of that kind do not start on any Windows. */
#define DOS_HEADER_BYTES 64u

struct magic {
	size_t offset;
	const char *bytes;
	size_t size;
	const char *word; /* NULL: harmless by itself */
};

#define MAGIC(offset, bytes, word)                                                                 \
	{                                                                                          \
		(offset), (bytes), sizeof(bytes) - 1, (word)                                       \
	}

static const struct magic magics[] = {
	MAGIC(0, "PK\003\004", "an archive"),
	MAGIC(0, "PK\005\006", "an archive"),
	MAGIC(0, "PK00PK\003\004", "an archive"),
	MAGIC(0, "Rar!\032\007", "an archive"),
	MAGIC(0, "7z\274\257\047\034", "an archive"),
	MAGIC(0, "MSCF\0\0\0\0", "an archive"),
	MAGIC(0, "ISc(", "an archive"),
	MAGIC(0, "\037\213\010", "an archive"),
	MAGIC(0, "\3757zXZ\0", "an archive"),
	MAGIC(0, "BZh91AY&SY", "an archive"),
	MAGIC(0, "\050\265\057\375", "an archive"),
	MAGIC(257, "ustar", "an archive"),
	MAGIC(7, "**ACE**", "an archive"),
	MAGIC(0, "\140\352", "an archive"),
	MAGIC(2, "-lh5-", "an archive"),
	MAGIC(0, "\177ELF", "a program"),
	MAGIC(0, "\317\372\355\376", "a program"),
	MAGIC(0, "\316\372\355\376", "a program"),
	MAGIC(0, "\312\376\272\276", "a program"),
	MAGIC(0, "dex\n03", "a program"),
	MAGIC(0, "!<arch>\n", "an archive"),
	MAGIC(0, "L\0\0\0\001\024\002\0", "a shortcut"),
	MAGIC(32769, "CD001", "a disk image"),
	MAGIC(0, "vhdxfile", "a disk image"),
	MAGIC(0, "conectix", "a disk image"),
	MAGIC(0, "ITSF\003\0\0\0", "a help file"),
	MAGIC(0, "\320\317\021\340\241\261\032\341", "an OLE document or installer"),
	MAGIC(0, "\344\122\134\173\214\330\247\115\256\261\123\170\320\051\226\323",
	      "a OneNote document"),
	MAGIC(0, "#@~^", "a script"),
	MAGIC(0, "#!/", "a script"),
	MAGIC(0, "\211PNG\r\n\032\n", NULL),
	MAGIC(0, "\377\330\377", NULL),
	MAGIC(0, "GIF8", NULL),
	MAGIC(0, "RIFF", NULL),
	MAGIC(0, "%PDF-", NULL),
	MAGIC(0, "wOFF", NULL),
	MAGIC(0, "wOF2", NULL),
	MAGIC(0, "\0\0\001\0", NULL),
	MAGIC(0, "\0asm", NULL),
	MAGIC(0, "OggS", NULL),
	MAGIC(0, "ID3", NULL),
	MAGIC(4, "ftyp", NULL),
};

/* Words that only a script for Windows' hosts has, or markup with one. */
static const char *const script_words[] = {
	"<script",	    "<hta:application",	 "javascript:",	  "vbscript:",
	"wscript.",	    "createobject(",	 "activexobject", "powershell",
	"frombase64string", "invoke-expression", "<scriptlet",	  "<package>",
};

static const char *const active_types[] = {
	"javascript",	"ecmascript",	 "jscript",	 "vbscript",
	"x-msdownload", "x-msdos-",	 "portable-exe", "x-dosexec",
	"hta",		"x-sh",		 "x-csh",	 "x-bat",
	"java-archive", "x-ms-shortcut", "x-msi",	 "vnd.microsoft.portable",
};

/* In eighths: text has few control characters, what chance decodes to has a
 * third of it beyond ASCII and an eighth below the blank. */
static bool reads_like_text(struct as_span octets)
{
	size_t odd = 0;

	for (size_t i = 0; i < octets.size; i++) {
		unsigned char c = octets.data[i];

		/* NUL: the other half of a character in UTF-16. */
		if ((c < 0x20 && !html_is_blank(c) && c != 0) || c >= 0x7f)
			odd++;
	}
	return odd <= octets.size / 8;
}

static bool is_program(struct as_span octets)
{
	if (!as_span_has_at(octets, 0, "MZ", 2) && !as_span_has_at(octets, 0, "ZM", 2))
		return false;
	return octets.size >= DOS_HEADER_BYTES && memchr(octets.data, 0, DOS_HEADER_BYTES) != NULL;
}

static bool has_handler(struct as_span text)
{
	for (size_t at = as_span_find_byte(text, 0, '='); at != SIZE_MAX;
	     at = as_span_find_byte(text, at + 1, '=')) {
		size_t end = at, begin;

		while (end > 0 && at - end < HANDLER_MAX && html_is_blank(text.data[end - 1]))
			end--;
		for (begin = end; begin > 0 && end - begin < HANDLER_MAX; begin--)
			if (!html_is_letter(text.data[begin - 1]))
				break;
		if (end - begin >= HANDLER_MIN && html_word_at(text, begin, "on") && begin > 0 &&
		    (html_is_blank(text.data[begin - 1]) || text.data[begin - 1] == '/' ||
		     text.data[begin - 1] == '"' || text.data[begin - 1] == '\''))
			return true;
	}
	return false;
}

/* <script>, <svg:script>, javascript:, vbscript: and jscript, but no
 * subscription and no description. */
static bool is_script_word(struct as_span text, size_t at)
{
	static const char *const before[] = {"java", "vb", "j", "ecma"};
	size_t end = at + 6;

	if (end < text.size && html_is_letter(text.data[end]))
		return false;
	if (at == 0 || !html_is_letter(text.data[at - 1]))
		return true;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (at >= strlen(before[i]) &&
		    html_word_at(text, at - strlen(before[i]), before[i]))
			return true;
	return false;
}

bool html_has_script(struct as_span text)
{
	for (size_t at = html_find_word(text, 0, "script"); at != SIZE_MAX;
	     at = html_find_word(text, at + 6, "script"))
		if (is_script_word(text, at))
			return true;
	return has_handler(text);
}

static bool text_is_active(struct as_span octets)
{
	for (size_t i = 0; i < sizeof(script_words) / sizeof(script_words[0]); i++)
		if (html_find_word(octets, 0, script_words[i]) != SIZE_MAX)
			return true;
	return as_span_find_byte(octets, 0, '<') != SIZE_MAX && has_handler(octets);
}

enum html_kind html_sniff(struct as_span octets, const char **word_out)
{
	*word_out = "";
	if (is_program(octets)) {
		*word_out = "a program";
		return HTML_KIND_ACTIVE;
	}
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (!as_span_has_at(octets, magics[i].offset, magics[i].bytes, magics[i].size))
			continue;
		if (magics[i].word == NULL)
			return HTML_KIND_PLAIN;
		*word_out = magics[i].word;
		return HTML_KIND_ACTIVE;
	}
	if (!reads_like_text(octets))
		return HTML_KIND_NOISE;
	if (text_is_active(octets)) {
		*word_out = "a script";
		return HTML_KIND_ACTIVE;
	}
	return HTML_KIND_PLAIN;
}

bool html_type_active(struct as_span declared)
{
	for (size_t i = 0; i < sizeof(active_types) / sizeof(active_types[0]); i++)
		if (html_find_word(declared, 0, active_types[i]) != SIZE_MAX)
			return true;
	return false;
}
