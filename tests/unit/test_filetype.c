/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_filetype_data.h"
#include "test_filetype_expect.h"

#include <stdio.h>
#include <stdlib.h>

static const struct ft_hints nothing = {"", "", false};

static void leading_signatures_are_known(void **state)
{
	static const struct {
		const char *name;
		const char *octets;
		size_t size;
		const char *expected;
	} cases[] = {
		{"DOS program", OCTETS("MZ\x90\0\3\0\0\0"), "EXE"},
		{"elf", OCTETS("\177ELF\2\1\1\0"), "ELF"},
		{"mach-o", OCTETS("\xcf\xfa\xed\xfe\7\0\0\1"), "MACHO"},
		{"fat mach-o", OCTETS("\xca\xfe\xba\xbe\0\0\0\2"), "MACHO"},
		{"java class", OCTETS("\xca\xfe\xba\xbe\0\0\0\x34"), "CLASS"},
		{"dex", OCTETS("dex\n035\0abcd"), "DEX"},
		{"wasm", OCTETS("\0asm\1\0\0\0"), "WASM"},
		{"gzip", OCTETS("\x1f\x8b\x08\0\0\0\0\0"), "GZIP"},
		{"bzip2", OCTETS("BZh9\x31\x41\x59\x26\x53\x59"), "BZIP2"},
		{"xz",
		 OCTETS("\xfd"
			"7zXZ\0\0\4"),
		 "XZ"},
		{"zstd", OCTETS("\x28\xb5\x2f\xfd\4\0"), "ZSTD"},
		{"lzma", OCTETS("\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"), "LZMA"},
		{"lzip", OCTETS("LZIP\1\x0c"), "LZIP"},
		{"lzop", OCTETS("\x89LZO\0\r\n\x1a\n\x10"), "LZOP"},
		{"lz4", OCTETS("\4\x22\x4d\x18\x64"), "LZ4"},
		{"compress", OCTETS("\x1f\x9d\x90"), "COMPRESS"},
		{"7z", OCTETS("7z\xbc\xaf\x27\x1c\0\4"), "7Z"},
		{"rar 4", OCTETS("Rar!\x1a\7\0"), "RAR"},
		{"rar 5", OCTETS("Rar!\x1a\7\1\0"), "RAR"},
		{"cab", OCTETS("MSCF\0\0\0\0\x10\0\0\0"), "CAB"},
		{"ace", OCTETS("\x11\x22\x31\0\0\0\x90**ACE**\x14"), "ACE"},
		{"arj", OCTETS("\x60\xea\x2b\0\x22\x0b\1\2\x10\0\2\0"), "ARJ"},
		{"lha", OCTETS("\x19\x11-lh5-\1\2\3\4\5\6\7\x08\1\1\1\1\x20\1\3abc"), "LHA"},
		{"cpio", OCTETS("070701000000"), "CPIO"},
		{"ar", OCTETS("!<arch>\nhello.o/"), "AR"},
		{"deb", OCTETS("!<arch>\ndebian-binary"), "DEB"},
		{"rpm", OCTETS("\xed\xab\xee\xdb\3\0"), "RPM"},
		{"xar", OCTETS("xar!\0\x1c\0\1"), "XAR"},
		{"wim", OCTETS("MSWIM\0\0\0\xd0"), "WIM"},
		{"vhdx", OCTETS("vhdxfileM\0"), "VHDX"},
		{"vhd", OCTETS("conectix\0\0\0\2"), "VHD"},
		{"vmdk", OCTETS("KDMV\1\0\0\0"), "VMDK"},
		{"vmdk descriptor", OCTETS("# Disk DescriptorFile\nversion=1\n"), "VMDK"},
		{"qcow2", OCTETS("QFI\xfb\0\0\0\2"), "QCOW2"},
		{"shortcut", OCTETS("\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46\1\2"), "LNK"},
		{"chm", OCTETS("ITSF\3\0\0\0"), "CHM"},
		{"hlp", OCTETS("\x3f\x5f\3\0\1\2"), "HLP"},
		{"mdb", OCTETS("\0\1\0\0Standard Jet DB\0"), "MDB"},
		{"accdb", OCTETS("\0\1\0\0Standard ACE DB\0"), "ACCDB"},
		{"onenote",
		 OCTETS("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"), "ONE"},
		{"onenote contents",
		 OCTETS("\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f"),
		 "ONETOC2"},
		{"tnef", OCTETS("\x78\x9f\x3e\x22\1\0\1"), "TNEF"},
		{"pst", OCTETS("!BDN\1\2\3\4"), "PST"},
		{"webp", OCTETS("RIFF\x10\0\0\0WEBPVP8 "), "WEBP"},
		{"wav", OCTETS("RIFF\x10\0\0\0WAVEfmt "), "WAV"},
		{"avi", OCTETS("RIFF\x10\0\0\0AVI LIST"), "AVI"},
		{"heic",
		 OCTETS("\0\0\0\x18"
			"ftypheic\0\0\0\0"),
		 "HEIC"},
		{"mp4",
		 OCTETS("\0\0\0\x18"
			"ftypisom\0\0\0\0"),
		 "MP4"},
		{"tiff", OCTETS("II*\0\x08\0\0\0"), "TIFF"},
		{"psd", OCTETS("8BPS\0\1"), "PSD"},
		{"icon", OCTETS("\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x40\4\0\0\x16\0\0\0"), "ICO"},
		{"wmf", OCTETS("\xd7\xcd\xc6\x9a\0\0"), "WMF"},
		{"midi", OCTETS("MThd\0\0\0\6\0\1"), "MIDI"},
		{"mp3 with tags", OCTETS("ID3\3\0\0\0\0\0\x10"), "MP3"},
		{"flac", OCTETS("fLaC\0\0\0\x22"), "FLAC"},
		{"ogg", OCTETS("OggS\0\2"), "OGG"},
		{"matroska", OCTETS("\x1a\x45\xdf\xa3\1"), "MKV"},
		{"amr is no script", OCTETS("#!AMR\n\x3c\1\2"), "AMR"},
		{"opentype",
		 OCTETS("OTTO\0\x09\0\x80\0\3\0\x10"
			"CFF \1"),
		 "OTF"},
		{"woff2", OCTETS("wOF2\0\1\0\0"), "WOFF2"},
		{"sqlite", OCTETS("SQLite format 3\0\x10"), "SQLITE"},
		{"keystore", OCTETS("\xfe\xed\xfe\xed\0\0\0\2"), "JKS"},
		{"postscript", OCTETS("%!PS-Adobe-3.0\n"), "PS"},
		{"pdf", OCTETS("%PDF-1.7\n1 0 obj\n"), "PDF"},
		{"python byte code", OCTETS("\xa7\r\r\n\0\0\0\0\1\2\3\4\5\6\7\x08"), "PYC"},
		{"autoit",
		 OCTETS("\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d"), "A3X"},
		{"bare excel stream", OCTETS("\x09\x08\x10\0\0\6\5\0\xbb\x0d"), "XLS"},
		{"session key", OCTETS("\x85\1\x0c\3\1\2\3\4\5\6\7\x08\1\x07\xff\xab\xcd"), "PGP"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].name, as_span_make(cases[i].octets, cases[i].size),
		       cases[i].expected);
}

static void office_packages_are_told_by_their_main_part(void **state)
{
	static const struct {
		const char *main_type;
		const char *expected;
	} cases[] = {
		{"openxmlformats-officedocument.wordprocessingml.document.main+xml", "DOCX"},
		{"openxmlformats-officedocument.wordprocessingml.template.main+xml", "DOTX"},
		{"ms-word.document.macroEnabled.main+xml", "DOCM"},
		{"ms-word.template.macroEnabledTemplate.main+xml", "DOTM"},
		{"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "XLSX"},
		{"ms-excel.sheet.macroEnabled.main+xml", "XLSM"},
		{"ms-excel.sheet.binary.macroEnabled.main", "XLSB"},
		{"ms-excel.template.macroEnabled.main+xml", "XLTM"},
		{"ms-excel.addin.macroEnabled.main+xml", "XLAM"},
		{"openxmlformats-officedocument.presentationml.presentation.main+xml", "PPTX"},
		{"openxmlformats-officedocument.presentationml.slideshow.main+xml", "PPSX"},
		{"ms-powerpoint.presentation.macroEnabled.main+xml", "PPTM"},
		{"ms-powerpoint.slideshow.macroEnabled.main+xml", "PPSM"},
		{"ms-powerpoint.template.macroEnabled.main+xml", "POTM"},
		{"ms-powerpoint.addin.macroEnabled.main+xml", "PPAM"},
		{"ms-visio.drawing.main+xml", "VSDX"},
		{"ms-visio.drawing.macroEnabled.main+xml", "VSDM"},
		{"ms-package.xps-fixeddocumentsequence+xml", "XPS"},
	};
	char types[512];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct member members[] = {
			{"customXml/item1.xml", "<x/>"},
			{"[Content_Types].xml", types},
			{"_rels/.rels",
			 "<Relationships><Relationship Type=\"http://x/officeDocument\" "
			 "Target=\"/a/main.xml\"/></Relationships>"},
			{NULL, NULL},
		};
		struct buffer zip;

		snprintf(types, sizeof(types),
			 "<Types><Default Extension='xml' ContentType='application/xml'/>"
			 "<Override PartName='/a/main.xml' "
			 "ContentType='application/vnd.%s'/></Types>",
			 cases[i].main_type);
		zip = make_zip(members);
		expect(cases[i].main_type, buffer_span(&zip), cases[i].expected);
		buffer_free(&zip);
	}
}

static enum assay_class class_of(const struct buffer *buffer)
{
	struct ft_result result;

	(void)ft_detect(buffer_span(buffer), &nothing, &result);
	return result.type_class;
}

static const char docx_types[] =
	"<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd."
	"openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";

static void a_macro_part_makes_a_macro_document_whatever_its_name(void **state)
{
	static const struct member by_name[] = {
		{"[Content_Types].xml", docx_types}, {"word/vbaProject.bin", "x"}, {NULL, NULL}};
	static const struct member by_type[] = {
		{"[Content_Types].xml",
		 "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd."
		 "openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
		 "<Override PartName='/word/a.txt' "
		 "ContentType='application/vnd.ms-office.vba&#80;roject'/></Types>"},
		{"word/a.txt", "x"},
		{NULL, NULL}};
	static const struct member sheet[] = {{"xl/macrosheets/sheet1.xml", "x"},
					      {"[Content_Types].xml", "<Types/>"},
					      {NULL, NULL}};
	struct buffer zip;
	(void)state;

	zip = make_zip(by_name);
	expect("name", buffer_span(&zip), "DOCM");
	buffer_free(&zip);
	zip = make_zip(by_type);
	expect("type", buffer_span(&zip), "DOCM");
	buffer_free(&zip);
	zip = make_zip(sheet);
	expect("macro sheet", buffer_span(&zip), "XLSM");
	assert_int_equal(class_of(&zip), ASSAY_CLASS_OFFICE_MACRO);
	buffer_free(&zip);
}

static void padding_cannot_push_the_content_types_out_of_sight(void **state)
{
	char *types = malloc(80000);
	struct member members[] = {
		{"word/document.xml", "x"}, {"[Content_Types].xml", types}, {NULL, NULL}};
	struct buffer zip;
	(void)state;

	assert_non_null(types);
	memset(types, ' ', 79999);
	types[79999] = '\0';
	zip = make_zip(members);
	assert_int_equal(class_of(&zip), ASSAY_CLASS_OFFICE_MACRO);
	buffer_free(&zip);
	free(types);
}

static void zip_kinds_are_told_by_member_names(void **state)
{
	static const struct {
		const char *expected;
		struct member members[4];
	} cases[] = {
		{"ZIP", {{"readme.txt", "x"}}},
		{"JAR", {{"a/B.class", "x"}, {"META-INF/MANIFEST.MF", "x"}}},
		{"APK", {{"classes.dex", "x"}, {"AndroidManifest.xml", "x"}}},
		{"MSIX", {{"AppxManifest.xml", "x"}, {"[Content_Types].xml", "<Types/>"}}},
		{"MSIX", {{"AppxMetadata/AppxBundleManifest.xml", "x"}}},
		{"VSIX", {{"extension.vsixmanifest", "x"}, {"[Content_Types].xml", "<Types/>"}}},
		{"NUPKG", {{"a.nuspec", "x"}, {"[Content_Types].xml", "<Types/>"}}},
		{"EPUB", {{"mimetype", "application/epub+zip"}, {"META-INF/container.xml", "x"}}},
		{"EPUB", {{"META-INF/container.xml", "x"}}},
		{"ODT", {{"mimetype", "application/vnd.oasis.opendocument.text"}}},
		{"ODS",
		 {{"content.xml", "x"},
		  {"mimetype", "application/vnd.oasis.opendocument.spreadsheet\n"}}},
		{"ODP", {{"mimetype", "application/vnd.oasis.opendocument.presentation"}}},
		{"IPA", {{"Payload/x.app/Info.plist", "x"}}},
		{"XPS", {{"[Content_Types].xml", "<Types/>"}, {"FixedDocSeq.fdseq", "x"}}},
		{"DOCX", {{"[content_types].XML", docx_types}, {"word\\document.xml", "x"}}},
		{"KMZ", {{"doc.kml", "x"}}},
		{"IWORK", {{"Index/Document.iwa", "x"}}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer zip = make_zip(cases[i].members);

		expect(cases[i].expected, buffer_span(&zip), cases[i].expected);
		buffer_free(&zip);
		zip = make_streamed_zip(cases[i].members);
		expect(cases[i].expected, buffer_span(&zip), cases[i].expected);
		buffer_free(&zip);
	}
}

static void an_open_document_with_basic_is_a_macro_document(void **state)
{
	static const struct member members[] = {
		{"mimetype", "application/vnd.oasis.opendocument.text"},
		{"Basic/Standard/Module1.xml", "x"},
		{NULL, NULL}};
	struct buffer zip = make_zip(members);
	(void)state;

	expect("odt", buffer_span(&zip), "ODT");
	assert_int_equal(class_of(&zip), ASSAY_CLASS_OFFICE_MACRO);
	buffer_free(&zip);
}

static void a_prefix_does_not_hide_a_zip(void **state)
{
	static const struct member members[] = {{"META-INF/MANIFEST.MF", "x"}, {NULL, NULL}};
	struct buffer zip = make_zip(members), whole = {NULL, 0};
	(void)state;

	buffer_fill(&whole, 0x07, 100);
	buffer_add(&whole, zip.data, zip.size);
	expect("jar", buffer_span(&whole), "JAR");
	buffer_free(&zip);
	buffer_free(&whole);
}

static void ole_files_are_told_by_streams_and_class(void **state)
{
	static const struct {
		const char *expected;
		uint32_t root_class;
		const char *streams[6];
	} cases[] = {
		{"DOC", 0, {"1Table", "WordDocument"}},
		{"DOC", 0, {"WORDDOCUMENT"}},
		{"DOC", 0x00020906, {"Renamed"}},
		{"XLS", 0, {"Workbook"}},
		{"XLS", 0, {"Book", "\5SummaryInformation"}},
		{"PPT", 0, {"Current User", "PowerPoint Document"}},
		{"VSD", 0, {"VisioDocument"}},
		{"PUB", 0, {"Quill", "Contents", "Escher"}},
		{"MPP", 0, {"Props14", "CompObj"}},
		{"MSG", 0, {"__nameid_version1.0", "__properties_version1.0"}},
		{"MSI", 0x000c1084, {"\5SummaryInformation"}},
		{"MSI", 0x000c1084, {"a", "b", "c", "d", "e"}},
		{"MSP", 0x000c1086, {"x"}},
		{"MST", 0x000c1082, {"x"}},
		{"OOXML-ENCRYPTED", 0, {"EncryptionInfo", "EncryptedPackage"}},
		{"VBAPROJECT", 0, {"PROJECT", "VBA"}},
		{"HWP", 0, {"FileHeader", "BodyText"}},
		{"ADP", 0, {"AccessObjSiteData"}},
		{"OLE", 0, {"Anything"}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer ole = make_ole(cases[i].streams, cases[i].root_class);

		expect(cases[i].expected, buffer_span(&ole), cases[i].expected);
		buffer_free(&ole);
	}
}

static void an_old_document_with_macros_is_a_macro_document(void **state)
{
	static const char *const streams[] = {"WordDocument", "Macros", NULL};
	struct buffer ole = make_ole(streams, 0);
	(void)state;

	expect("doc", buffer_span(&ole), "DOC");
	assert_int_equal(class_of(&ole), ASSAY_CLASS_OFFICE_MACRO);
	buffer_free(&ole);
}

static void an_ole_directory_in_a_circle_ends(void **state)
{
	static const char *const streams[] = {"a", "b", "c", "d", "e", NULL};
	struct buffer ole = make_ole(streams, 0);
	(void)state;

	/* FAT: sector 1 follows itself; siblings: entry 1 follows itself. */
	ole.data[512 + 4] = 1;
	ole.data[1024 + 128 + 68] = 1;
	memset(ole.data + 1024 + 128 + 69, 0, 3);
	expect("circle", buffer_span(&ole), "OLE");
	buffer_free(&ole);
}

static void pictures_programs_and_archives_built_whole_are_known(void **state)
{
	static const struct {
		const char *expected;
		struct buffer (*make)(void);
	} cases[] = {
		{"EXE", make_pe},  {"PNG", make_png}, {"JPEG", make_jpeg},
		{"GIF", make_gif}, {"BMP", make_bmp},
	};
	struct buffer made;
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		made = cases[i].make();
		expect(cases[i].expected, buffer_span(&made), cases[i].expected);
		buffer_free(&made);
	}
	made = make_tar("a.txt", true);
	expect("ustar", buffer_span(&made), "TAR");
	buffer_free(&made);
	made = make_tar("a.txt", false);
	expect("version 7 tar", buffer_span(&made), "TAR");
	buffer_free(&made);
}

static void disk_images_are_told_by_descriptors_and_trailers(void **state)
{
	static const struct {
		const char *expected;
		size_t size, offset;
		const char *octets;
		size_t count;
	} cases[] = {
		{"ISO", 40000, 32768, OCTETS("\1CD001\1")},
		{"ISO", 40000, 34816, OCTETS("\1CD001\1")},
		{"UDF", 80000, 32768, OCTETS("\0BEA01\1")},
		{"UDF", 80000, 34816, OCTETS("\0NSR02\1")},
		{"DMG", 4096, 4096 - 512, OCTETS("koly\0\0\0\4\0\0\2\0")},
		{"VHD", 4096, 4096 - 512, OCTETS("conectix")},
		{"IMG", 4096, 512, OCTETS("EFI PART")},
		{"VDI", 4096, 64, OCTETS("\x7f\x10\xda\xbe")},
		{"EMF", 200, 40, OCTETS(" EMF")},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer made =
			make_at(cases[i].size, cases[i].offset, cases[i].octets, cases[i].count);

		if (strcmp(cases[i].expected, "EMF") == 0)
			made.data[0] = 1;
		expect(cases[i].expected, buffer_span(&made), cases[i].expected);
		buffer_free(&made);
	}
}

static void a_compressed_disk_image_is_told_by_its_trailer(void **state)
{
	struct buffer made = make_at(4096, 4096 - 512, OCTETS("koly\0\0\0\4\0\0\2\0"));
	(void)state;

	memcpy(made.data, "BZh9\x31\x41\x59\x26\x53\x59", 10);
	expect("dmg", buffer_span(&made), "DMG");
	buffer_free(&made);
}

static void asn1_objects_are_told_by_their_first_elements(void **state)
{
	static const struct {
		const char *name;
		const char *octets;
		size_t size;
		const char *expected;
	} cases[] = {
		{"enveloped",
		 OCTETS("\x30\x80\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\3\xa0\x80\x30\x80\2\1\0"),
		 "P7M"},
		{"signed, detached",
		 OCTETS("\x30\x80\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2\xa0\x80\x30\x80\2\1\1\x31\0"
			"\x30\x0b\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\1\x31\0\0\0"),
		 "P7S"},
		{"signed, opaque",
		 OCTETS("\x30\x80\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2\xa0\x80\x30\x80\2\1\1\x31\0"
			"\x30\x0f\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\1\xa0\2\4\0\x31\0\0\0"),
		 "P7M"},
		{"authenveloped",
		 OCTETS("\x30\x80\6\x0b\x2a\x86\x48\x86\xf7\x0d\1\x09\x10\1\x17\xa0\x80"), "P7M"},
		{"pkcs12",
		 OCTETS("\x30\x12\2\1\3\x30\x0d\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\1\xa0\0"), "P12"},
		{"certificate",
		 OCTETS("\x30\x14\x30\x12\xa0\3\2\1\2\2\1\x05\x30\x08\6\3\x55\4\3\5\0\1"), "CERT"},
		{"request", OCTETS("\x30\x0c\x30\x0a\2\1\0\x30\5\x31\3\x30\1\1"), "CSR"},
		{"private key", OCTETS("\x30\x0c\2\1\0\x30\5\6\3\x2b\x65\x70\4\0"), "KEY"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].name, as_span_make(cases[i].octets, cases[i].size),
		       cases[i].expected);
}

static void every_truncation_of_a_file_is_answered(void **state)
{
	static const struct member members[] = {
		{"[Content_Types].xml", docx_types}, {"word/vbaProject.bin", "x"}, {NULL, NULL}};
	static const char *const streams[] = {"WordDocument", "Macros", "a", "b", NULL};
	struct buffer made[2] = {make_zip(members), make_ole(streams, 0)};
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		for (size_t size = 0; size < made[i].size; size++) {
			/* An exact copy, so that a read behind it is caught. */
			struct buffer cut = {NULL, 0};
			struct ft_result result;

			buffer_add(&cut, made[i].data, size);
			(void)ft_detect(as_span_make(cut.data, size), &nothing, &result);
			assert_true(result.id < FT_COUNT);
			buffer_free(&cut);
		}
		buffer_free(&made[i]);
	}
}

static void every_type_has_media_type_name_and_class(void **state)
{
	(void)state;
	for (unsigned int id = 1; id < FT_COUNT; id++) {
		const struct ft_type *type = ft_type((enum ft_id)id);

		assert_non_null(strchr(type->mime, '/'));
		assert_true(type->name[0] != '\0');
		assert_int_not_equal(type->type_class, ASSAY_CLASS_UNKNOWN);
		for (const char *c = type->mime; *c != '\0'; c++)
			assert_false(*c >= 'A' && *c <= 'Z');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leading_signatures_are_known),
		cmocka_unit_test(office_packages_are_told_by_their_main_part),
		cmocka_unit_test(a_macro_part_makes_a_macro_document_whatever_its_name),
		cmocka_unit_test(padding_cannot_push_the_content_types_out_of_sight),
		cmocka_unit_test(zip_kinds_are_told_by_member_names),
		cmocka_unit_test(an_open_document_with_basic_is_a_macro_document),
		cmocka_unit_test(a_prefix_does_not_hide_a_zip),
		cmocka_unit_test(ole_files_are_told_by_streams_and_class),
		cmocka_unit_test(an_old_document_with_macros_is_a_macro_document),
		cmocka_unit_test(an_ole_directory_in_a_circle_ends),
		cmocka_unit_test(pictures_programs_and_archives_built_whole_are_known),
		cmocka_unit_test(disk_images_are_told_by_descriptors_and_trailers),
		cmocka_unit_test(a_compressed_disk_image_is_told_by_its_trailer),
		cmocka_unit_test(asn1_objects_are_told_by_their_first_elements),
		cmocka_unit_test(every_truncation_of_a_file_is_answered),
		cmocka_unit_test(every_type_has_media_type_name_and_class),
	};

	return cmocka_run_group_tests_name("filetype", tests, NULL, NULL);
}
