/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"
#include "tags.h"

enum row_flag {
	ALWAYS = 0,
	ANYWHERE = 1, /* also in a text that a mail client shows */
	BINARY = 2,   /* also when control octets follow */
};

struct start {
	const char *text; /* lower case */
	enum ft_id id;
	uint32_t confidence;
	unsigned int flags;
};

/* What stands at the very front, after blanks, compared without case. */
static const struct start starts[] = {
	{"{\\rt", FT_RTF, 95, ANYWHERE | BINARY},
	{"windows registry editor version", FT_REG, 95, ALWAYS},
	{"regedit4", FT_REG, 95, ALWAYS},
	{"[internetshortcut]", FT_URL, 95, ALWAYS},
	{"[{000214a0-0000-0000-c000-000000000046}]", FT_URL, 95, ALWAYS},
	{"[desktop entry]", FT_DESKTOP, 92, ALWAYS},
	{"[scriptfile]", FT_WSH, 95, ALWAYS},
	{"[oledb]", FT_UDL, 90, ALWAYS},
	{"xlodbc", FT_DQY, 85, ALWAYS},
	{"id;p", FT_SLK, 85, ALWAYS},
	{"begin:vcalendar", FT_ICS, 95, ANYWHERE},
	{"begin:vcard", FT_VCF, 95, ANYWHERE},
	{"-----begin pgp signature", FT_PGPSIG, 95, ANYWHERE},
	{"-----begin pgp public key", FT_PGPKEY, 95, ANYWHERE},
	{"-----begin pgp private key", FT_PGPKEY, 95, ANYWHERE},
	{"-----begin pgp message", FT_PGP, 95, ANYWHERE},
	{"-----begin pkcs7", FT_P7M, 92, ANYWHERE},
	{"-----begin cms", FT_P7M, 92, ANYWHERE},
	{"-----begin ", FT_PEM, 92, ALWAYS},
	{"---- begin ssh2", FT_PEM, 90, ALWAYS},
	{"ssh-rsa aaaa", FT_PEM, 85, ALWAYS},
	{"ssh-ed25519 aaaa", FT_PEM, 85, ALWAYS},
	{"putty-user-key-file", FT_PEM, 90, ALWAYS},
	{"=ybegin line=", FT_YENC, 90, ANYWHERE | BINARY},
	{"(this file must be converted with binhex", FT_BINHEX, 92, ALWAYS},
	{"%pdf-", FT_PDF, 95, ANYWHERE | BINARY},
	{"%!ps", FT_PS, 90, ALWAYS},
	{"diff --git ", FT_DIFF, 85, ANYWHERE},
	{"version https://git-lfs", FT_TEXT, 80, ALWAYS},
	{"#extm3u", FT_M3U, 90, ALWAYS},
	{"/* xpm */", FT_XPM, 90, ALWAYS},
	{"# disk descriptorfile", FT_VMDK, 92, ALWAYS},
	{"autocad binary dxf", FT_DXF, 90, BINARY},
	{"dn: ", FT_LDIF, 75, ALWAYS},
	{"version: 1\ndn:", FT_LDIF, 85, ALWAYS},
};

static bool find_start(const struct ft_text *text, const struct ft_hints *hints, size_t at,
		       struct ft_result *result_out)
{
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const struct start *s = &starts[i];

		if ((hints->body && !(s->flags & ANYWHERE)) ||
		    (!text->textual && !(s->flags & BINARY)) ||
		    !ft_starts_with(text->view, at, s->text))
			continue;
		return ft_is(result_out, s->id, s->confidence, text->wide ? 0 : at + text->shift,
			     strlen(s->text));
	}
	return false;
}

/* What the sections and keys of an INI-like text are, in one pass. */
struct keys {
	bool shortcut, shell, version, signature, theme, shell_command, setup_action;
	bool section_first, remote;
	unsigned int rdp, lines;
	size_t shortcut_at;
};

/* An address on another machine that Windows opens as a folder or file: UNC,
 * file: with a host, WebDAV (host@80, host@SSL), search handlers. */
static bool is_remote(struct as_span value)
{
	size_t at = 0;

	while (at < value.size && (ft_is_blank(value.data[at]) || value.data[at] == '"'))
		at++;
	if (ft_starts_with(value, at, "\\\\") || ft_starts_with(value, at, "//"))
		return true;
	if (ft_starts_with(value, at, "search-ms:") || ft_starts_with(value, at, "search:"))
		return true;
	if (!ft_starts_with(value, at, "file:"))
		return false;
	for (at += 5; at < value.size && (value.data[at] == '/' || value.data[at] == '\\'); at++)
		;
	/* file:///C:/ is this machine. */
	return at < value.size &&
	       !(at + 1 < value.size && (value.data[at + 1] == ':' || value.data[at + 1] == '|'));
}

static bool key_value(struct as_span line, const char *key, struct as_span *value_out)
{
	size_t at = strlen(key);

	if (!ft_starts_with(line, 0, key))
		return false;
	while (at < line.size && ft_is_blank(line.data[at]))
		at++;
	if (at >= line.size || line.data[at] != '=')
		return false;
	*value_out = as_span_from(line, at + 1);
	return true;
}

static bool is_rdp_line(struct as_span line)
{
	static const char *const names[] = {
		"full address:s:",
		"screen mode id:i:",
		"remoteapplicationmode:i:",
		"remoteapplicationprogram:s:",
		"drivestoredirect:s:",
		"redirectclipboard:i:",
		"redirectdrives:i:",
		"authentication level:i:",
		"desktopwidth:i:",
		"session bpp:i:",
		"prompt for credentials:i:",
		"alternate full address:s:",
		"gatewayhostname:s:",
		"username:s:",
		"signature:s:",
		"redirectprinters:i:",
		"use multimon:i:",
		"audiomode:i:",
		"alternate shell:s:",
		"winposstr:s:",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ft_starts_with(line, 0, names[i]))
			return true;
	return false;
}

static void read_keys(struct as_span view, size_t at, struct keys *keys)
{
	struct as_span line, value;
	bool first = true;

	for (; keys->lines < FT_KEY_LINES; keys->lines++) {
		size_t start = at, skip = 0;

		if (!ft_text_line(view, &at, &line))
			break;
		while (skip < line.size && ft_is_blank(line.data[skip]))
			skip++;
		line = as_span_from(line, skip);
		if (line.size == 0 || line.data[0] == ';')
			continue;
		if (first)
			keys->section_first = line.data[0] == '[';
		first = false;
		if (ft_starts_with(line, 0, "[internetshortcut]")) {
			keys->shortcut = true;
			keys->shortcut_at = start;
		}
		keys->shell |= ft_starts_with(line, 0, "[shell]");
		keys->version |= ft_starts_with(line, 0, "[version]");
		keys->theme |= ft_starts_with(line, 0, "[theme]") ||
			       ft_starts_with(line, 0, "[masterthemeselector]");
		keys->shell_command |= key_value(line, "command", &value);
		keys->signature |= key_value(line, "signature", &value) &&
				   (ft_find_lower(value, "$chicago$") != SIZE_MAX ||
				    ft_find_lower(value, "$windows") != SIZE_MAX);
		keys->setup_action |= ft_starts_with(line, 0, "[defaultinstall") ||
				      ft_starts_with(line, 0, "[autorun]");
		if (key_value(line, "url", &value) || key_value(line, "iconfile", &value) ||
		    key_value(line, "workingdirectory", &value) ||
		    key_value(line, "baseurl", &value))
			keys->remote |= is_remote(value);
		keys->rdp += is_rdp_line(line);
	}
}

static bool find_keys(const struct ft_text *text, size_t at, struct ft_result *result_out)
{
	struct keys keys = {0};
	enum ft_id id = FT_UNKNOWN;

	read_keys(as_span_slice(text->view, 0, at + FT_KEY_BYTES), at, &keys);
	if (keys.shortcut)
		id = FT_URL;
	else if (keys.rdp >= 2)
		id = FT_RDP;
	else if (!keys.section_first)
		return false;
	else if (keys.shell && keys.shell_command)
		id = FT_SCF;
	else if ((keys.version && keys.signature) || keys.setup_action)
		id = FT_INF;
	else if (keys.theme)
		id = FT_THEME;
	if (id == FT_UNKNOWN)
		return false;
	ft_is(result_out, id, 90, text->wide ? 0 : keys.shortcut_at + text->shift, 1);
	if (id == FT_URL && keys.remote)
		result_out->marks |= FT_MARK_REMOTE;
	return true;
}

/* Web query: "WEB", version, address ([MS-XLS] calls it an iqy file). */
static bool is_iqy(struct as_span view, size_t at)
{
	struct as_span line;

	if (!ft_text_line(view, &at, &line) ||
	    !(ft_name_is(line, "web") || ft_name_is(line, "web ")))
		return false;
	if (!ft_text_line(view, &at, &line))
		return false;
	if (line.size > 0 && line.data[0] >= '1' && line.data[0] <= '9' &&
	    !ft_text_line(view, &at, &line))
		return false;
	return ft_starts_with(line, 0, "http") || ft_starts_with(line, 0, "file:") ||
	       ft_starts_with(line, 0, "\\\\");
}

/* "begin 644 name", then lines whose first octet is their length. */
static bool is_uuencoded(struct as_span view, size_t at)
{
	struct as_span line;
	size_t octets;

	if (!ft_text_line(view, &at, &line) || line.size < 11 || !ft_starts_with(line, 0, "begin "))
		return false;
	if (ft_starts_with(line, 6, "-base64 "))
		return true;
	for (size_t i = 6; i < 9; i++)
		if (line.data[i] < '0' || line.data[i] > '7')
			return false;
	if (!ft_text_line(view, &at, &line) || line.size < 1)
		return false;
	octets = (size_t)(line.data[0] - ' ') & 63;
	return line.size + 2 >= 1 + (octets + 2) / 3 * 4 && line.size <= 4 + (octets + 2) / 3 * 4;
}

/* FILE "image.bin" BINARY / TRACK 01 ... */
static bool is_cue(struct as_span view, size_t at)
{
	struct as_span head = as_span_slice(view, at, FT_CUE_BYTES);

	return ft_starts_with(view, at, "file \"") && ft_find_lower(head, "track 0") != SIZE_MAX;
}

/* Unix netpbm: "P1".."P7", a blank, a number (or a comment). */
static bool is_pnm(struct as_span view, size_t at)
{
	return view.size - at > 8 && view.data[at] == 'P' && view.data[at + 1] >= '1' &&
	       view.data[at + 1] <= '7' &&
	       (view.data[at + 2] == '\n' || view.data[at + 2] == ' ') &&
	       ((view.data[at + 3] >= '0' && view.data[at + 3] <= '9') ||
		view.data[at + 3] == '#' || ft_starts_with(view, at + 3, "width "));
}

bool ft_lines_find(const struct ft_text *text, const struct ft_hints *hints,
		   struct ft_result *result_out)
{
	size_t at = ft_text_skip_blanks(text->view, 0, FT_BLANKS_MAX);
	size_t shown = text->wide ? 0 : at + text->shift;

	if (at >= text->view.size)
		return false;
	if (find_start(text, hints, at, result_out)) {
		struct ft_result keys;

		if (result_out->id == FT_URL && find_keys(text, at, &keys))
			*result_out = keys;
		return true;
	}
	if (is_pnm(text->view, at))
		return ft_is(result_out, FT_PNM, 85, shown, 2);
	if (!text->textual)
		return false;
	if (is_uuencoded(text->view, at))
		return ft_is(result_out, FT_UUE, 90, shown, 6);
	if (hints->body)
		return false;
	if (is_iqy(text->view, at))
		return ft_is(result_out, FT_IQY, 92, shown, 3);
	if (is_cue(text->view, at))
		return ft_is(result_out, FT_CUE, 85, shown, 4);
	return find_keys(text, at, result_out);
}
