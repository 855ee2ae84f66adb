/* SPDX-License-Identifier: BSD-2-Clause */
#include "findings.h"

#include "claims.h"
#include "extra.h"

#include <stdio.h>

/* Octets of the object that a finding quotes. */
#define QUOTE_BYTES 32u

struct place {
	const struct assay_host *host;
	struct assay_scan *scan;
	const struct assay_object *object;
};

/* Printable ASCII as it is, the rest as \xHH. */
static void quote(struct as_span data, char *text_out)
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0;

	for (size_t i = 0; i < data.size && i < QUOTE_BYTES; i++) {
		unsigned char c = data.data[i];

		if (c >= 0x20 && c < 0x7f && c != '\\') {
			text_out[used++] = (char)c;
			continue;
		}
		text_out[used++] = '\\';
		text_out[used++] = 'x';
		text_out[used++] = digits[c >> 4];
		text_out[used++] = digits[c & 15];
	}
	text_out[used] = '\0';
}

static int report(const struct place *place, const char *code, enum assay_severity severity,
		  const char *text, size_t at, size_t length)
{
	char quoted[4 * QUOTE_BYTES + 1];
	struct as_span octets =
		as_span_slice(place->object->data, at, length != 0 ? length : QUOTE_BYTES);
	struct assay_evidence evidence = {at, octets.size, quoted};
	struct assay_finding finding = {
		.code = code,
		.severity = severity,
		.text = text,
		.evidence = &evidence,
		.evidence_count = 1,
	};

	quote(octets, quoted);
	return place->host->report(place->scan, place->object, &finding);
}

static const char *script_code(enum ft_id id)
{
	switch (id) {
	case FT_JS:
		return "type.script.js";
	case FT_VBS:
		return "type.script.vbs";
	case FT_VBE:
	case FT_JSE:
		return "type.script.encoded";
	case FT_PS1:
		return "type.script.powershell";
	case FT_BAT:
		return "type.script.batch";
	case FT_HTA:
		return "type.script.hta";
	case FT_WSF:
	case FT_WSC:
	case FT_SCT:
		return "type.script.wsf";
	case FT_SH:
	case FT_SHAR:
		return "type.script.shell";
	case FT_PY:
	case FT_PYZ:
		return "type.script.python";
	default:
		return NULL;
	}
}

static const char *type_code(const struct ft_result *result)
{
	switch (result->id) {
	case FT_PE:
	case FT_DOSEXE:
		return "type.executable.pe";
	case FT_ELF:
		return "type.executable.elf";
	case FT_MACHO:
		return "type.executable.macho";
	case FT_CLASS:
		return "type.executable.java";
	case FT_DEX:
		return "type.executable.dex";
	case FT_LNK:
		return "type.shortcut.lnk";
	case FT_REG:
		return "type.shortcut.reg";
	case FT_MSI:
	case FT_MSP:
	case FT_MST:
		return "type.installer.msi";
	case FT_MSIX:
		return "type.installer.msix";
	case FT_APPINSTALLER:
		return "type.installer.appinstaller";
	case FT_JAR:
		return "type.installer.jar";
	case FT_CHM:
		return "type.chm";
	case FT_LIBRARY_MS:
		return "shortcut.library_ms";
	case FT_SEARCH_MS:
		return "shortcut.search_ms";
	case FT_SETTINGCONTENT:
		return "shortcut.settingcontent";
	case FT_MSC:
		return "shortcut.msc";
	case FT_RDP:
		return "shortcut.rdp";
	default:
		break;
	}
	if (result->type_class == ASSAY_CLASS_DISK_IMAGE)
		return "type.disk_image";
	if (result->id == FT_URL && (result->marks & FT_MARK_REMOTE))
		return "shortcut.url_remote";
	if (result->marks & (FT_MARK_EXACT | FT_MARK_AGREES))
		return script_code(result->id);
	return NULL;
}

static int report_type(const struct place *place, const struct ft_result *result)
{
	const char *code = type_code(result);
	char text[160];
	int rc = ASSAY_OK;

	if (code != NULL)
		rc = report(place, code, ASSAY_SEVERITY_DEFAULT, NULL, result->at, result->length);
	if (rc == ASSAY_OK && result->maybe != FT_UNKNOWN) {
		snprintf(text, sizeof(text), "The text reads like a script (%s).",
			 ft_type(result->maybe)->name);
		rc = report(place, "type.script.maybe", ASSAY_SEVERITY_DEFAULT, text, 0, 0);
	}
	return rc;
}

/* The claim comes from the mail: only letters that media types and extensions
 * are made of are repeated. */
static void copy_claim(const char *claim, char *text_out, size_t capacity)
{
	size_t used = 0;

	for (; *claim != '\0' && used + 1 < capacity; claim++)
		text_out[used++] = *claim >= 0x20 && *claim < 0x7f ? *claim : '?';
	text_out[used] = '\0';
}

static int report_clash(const struct place *place, const struct ft_result *result,
			const struct ft_hints *hints)
{
	struct ft_clash clash;
	char text[256], claim[96];

	if (!ft_claims_clash(result, hints, &clash))
		return ASSAY_OK;
	copy_claim(clash.claim, claim, sizeof(claim));
	snprintf(text, sizeof(text), "%s %s, but the content is %s.",
		 clash.by_extension ? "The name ends in" : "Declared as", claim,
		 ft_type(result->id)->name);
	return report(place, "type.mismatch", clash.severity, text, result->at, result->length);
}

static int report_extra(const struct place *place, const struct ft_result *result)
{
	struct ft_extra extra;
	char text[160];
	int rc = ASSAY_OK;

	ft_extra_find(place->object->data, result, &extra);
	if (extra.second != FT_UNKNOWN) {
		snprintf(text, sizeof(text), "%s that also holds %s.", ft_type(result->id)->name,
			 ft_type(extra.second)->name);
		rc = report(place, "polyglot", ASSAY_SEVERITY_DEFAULT, text, extra.second_at, 0);
	}
	if (rc == ASSAY_OK && extra.trailing) {
		snprintf(text, sizeof(text), "%zu octets behind the end of the picture.",
			 place->object->data.size - extra.trailing_at);
		rc = report(place, "image.trailing_data", ASSAY_SEVERITY_DEFAULT, text,
			    extra.trailing_at, 0);
	}
	return rc;
}

int ft_findings_report(const struct assay_host *host, struct assay_scan *scan,
		       const struct assay_object *object, const struct ft_result *result,
		       const struct ft_hints *hints)
{
	const struct place place = {host, scan, object};
	int rc = report_type(&place, result);

	if (rc == ASSAY_OK && !hints->body)
		rc = report_clash(&place, result, hints);
	if (rc == ASSAY_OK)
		rc = report_extra(&place, result);
	return rc;
}
