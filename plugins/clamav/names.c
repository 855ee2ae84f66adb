/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <strings.h>

static const char malware_prefix[] = "malware.";
static const char unofficial_suffix[] = ".UNOFFICIAL";

/* First match wins; code NULL keeps malware.NAME. */
static const struct {
	const char *prefix;
	const char *code;
	enum assay_severity severity;
	const char *text;
} rules[] = {
	{"Heuristics.Limits.Exceeded.MaxFileSize", "limit.bytes", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met its limit for the size of one file"},
	{"Heuristics.Limits.Exceeded.MaxScanSize", "limit.bytes", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met its limit for the octets of one object"},
	{"Heuristics.Limits.Exceeded.MaxFiles", "limit.objects", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met its limit for the number of inner files"},
	{"Heuristics.Limits.Exceeded.EmailMIMEParts", "limit.objects", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met its limit for the parts of an inner mail"},
	{"Heuristics.Limits.Exceeded.MaxRecursion", "limit.depth", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met its limit for nested files"},
	{"Heuristics.Limits.Exceeded.MaxScanTime", "limit.time", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV ran out of the time of this message"},
	{"Heuristics.Limits.Exceeded.Email", "limit.headers", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met its limit for the header of an inner mail"},
	{"Heuristics.Limits.Exceeded", "scan.unscannable", ASSAY_SEVERITY_DEFAULT,
	 "ClamAV met one of its limits"},
	{"Heuristics.Encrypted.PDF", "pdf.encrypted", ASSAY_SEVERITY_DEFAULT, NULL},
	{"Heuristics.OLE2.ContainsMacros.XLM", "office.macro.xlm", ASSAY_SEVERITY_DEFAULT, NULL},
	{"Heuristics.OLE2.ContainsMacros", "office.macro.vba", ASSAY_SEVERITY_DEFAULT, NULL},
	{"Heuristics.Zip.OverlappingFiles", "bomb.overlap", ASSAY_SEVERITY_DEFAULT, NULL},
	{"Heuristics.XZ.DicSizeLimit", "bomb.dictionary", ASSAY_SEVERITY_DEFAULT, NULL},
	{"Heuristics.Broken.", NULL, ASSAY_INFO, NULL},
	{"Heuristics.APMPartition", NULL, ASSAY_INFO, NULL},
	{"Heuristics.GPTPartition", NULL, ASSAY_INFO, NULL},
	{"Heuristics.MBRPartition", NULL, ASSAY_INFO, NULL},
	{"Heuristics.Phishing.", NULL, ASSAY_MEDIUM, NULL},
	{"Heuristics.Safebrowsing.", NULL, ASSAY_MEDIUM, NULL},
	{"Heuristics.Structured.", NULL, ASSAY_MEDIUM, NULL},
	{"Heuristics.PDF.", NULL, ASSAY_MEDIUM, NULL},
	{"PUA.", NULL, ASSAY_MEDIUM, NULL},
};

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void set_code(struct clam_verdict *verdict, const char *code)
{
	memcpy(verdict->code, code, strlen(code) + 1);
}

/* An allow list: the code appears in headers, logs and command lines. */
static bool is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

static void set_malware(struct clam_verdict *verdict, const char *signature)
{
	size_t length = strnlen(signature, CLAM_CODE_MAX * 2);
	size_t suffix = sizeof(unofficial_suffix) - 1;
	size_t out = sizeof(malware_prefix) - 1;

	if (length > suffix && strcmp(signature + length - suffix, unofficial_suffix) == 0)
		length -= suffix;
	memcpy(verdict->code, malware_prefix, out);
	for (size_t i = 0; i < length && out < CLAM_CODE_MAX - 1; i++)
		verdict->code[out++] = is_plain(signature[i]) ? signature[i] : '_';
	verdict->code[out] = '\0';
	if (length == 0)
		set_code(verdict, "malware.unnamed");
}

/* libclamav has one family of alerts for archives and documents. */
static void set_encrypted(struct clam_verdict *verdict, const char *kind,
			  enum assay_class type_class)
{
	static const char *const archives[] = {"Zip", "7Zip", "RAR", "EGG", "ALZ", "ARJ"};

	for (size_t i = 0; i < sizeof(archives) / sizeof(archives[0]); i++) {
		if (starts_with(kind, archives[i])) {
			set_code(verdict, "archive.encrypted");
			return;
		}
	}
	set_code(verdict,
		 type_class == ASSAY_CLASS_ARCHIVE || type_class == ASSAY_CLASS_ARCHIVE_UNUSUAL
			 ? "archive.encrypted"
			 : "office.encrypted");
}

void clam_name_translate(const char *signature, enum assay_class type_class,
			 struct clam_verdict *verdict_out)
{
	static const char encrypted[] = "Heuristics.Encrypted.";

	*verdict_out = (struct clam_verdict){.severity = ASSAY_SEVERITY_DEFAULT};
	/* Every database names the test file in its own way. */
	if (strcasestr(signature, "eicar") != NULL) {
		set_code(verdict_out, "malware.eicar");
		verdict_out->text = "the EICAR test file";
		return;
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!starts_with(signature, rules[i].prefix))
			continue;
		verdict_out->severity = rules[i].severity;
		verdict_out->text = rules[i].text;
		if (rules[i].code == NULL)
			break;
		set_code(verdict_out, rules[i].code);
		return;
	}
	if (starts_with(signature, encrypted))
		set_encrypted(verdict_out, signature + sizeof(encrypted) - 1, type_class);
	else
		set_malware(verdict_out, signature);
}

void clam_name_via(const char *type, char *via_out)
{
	static const char type_prefix[] = "CL_TYPE_";
	static const struct {
		const char *type, *via;
	} words[] = {
		{"MSEXE", "pe"},	{"MSOLE2", "ole2"},
		{"MSWORD", "ole2"},	{"MSXL", "ole2"},
		{"MSPPT", "ole2"},	{"HWPOLE2", "ole2"},
		{"MSCAB", "cab"},	{"MSCHM", "chm"},
		{"NULSFT", "nsis"},	{"POSIX_TAR", "tar"},
		{"OLD_TAR", "tar"},	{"ISO9660", "iso"},
		{"HTML_UTF16", "html"}, {"UUENCODED", "uu"},
		{"BZ", "bz2"},		{"ISHIELD_MSI", "installshield"},
	};
	size_t out = 0;

	if (starts_with(type, type_prefix))
		type += sizeof(type_prefix) - 1;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(type, words[i].type) == 0) {
			memcpy(via_out, words[i].via, strlen(words[i].via) + 1);
			return;
		}
	}
	for (; *type != '\0' && out < CLAM_VIA_MAX - 1; type++) {
		if (*type >= 'A' && *type <= 'Z')
			via_out[out++] = (char)(*type + ('a' - 'A'));
		else if ((*type >= 'a' && *type <= 'z') || (*type >= '0' && *type <= '9'))
			via_out[out++] = *type;
		else
			via_out[out++] = '-';
	}
	via_out[out] = '\0';
	if (out == 0)
		memcpy(via_out, "clamav", sizeof("clamav"));
}

bool clam_name_is_real(const char *name)
{
	/* Words of libclamav's mail and HTML readers for parts without a name. */
	static const char *const fixed[] = {"textportion", "nocomment.html", "notags.html",
					    "rfc2397",	   "javascript",     "mixedtextportion"};
	static const char temp[] = "clamav-";

	if (name == NULL || *name == '\0' || starts_with(name, temp))
		return false;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(name, fixed[i]) == 0)
			return false;
	return true;
}
