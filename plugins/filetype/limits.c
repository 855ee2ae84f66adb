/* SPDX-License-Identifier: BSD-2-Clause */
#include "detect.h"
#include "extra.h"
#include "findings.h"
#include "known.h"
#include "lines.h"
#include "markup.h"
#include "ole.h"
#include "script.h"
#include "signature.h"
#include "text.h"
#include "zip.h"

const struct assay_limit ft_limits[] = {
	{"head_bytes", FT_HEAD_BYTES, "bytes",
	 "read from the front: leading signatures and the volume descriptors of ISO 9660 lie "
	 "inside"},
	{"tail_bytes", FT_TAIL_BYTES, "bytes",
	 "read from the end: the end record of ZIP with the longest comment lies inside"},
	{"text_test_bytes", FT_TEXT_TEST_BYTES, "bytes",
	 "on which the question text or binary is decided"},
	{"wide_characters", FT_WIDE_BYTES, "characters",
	 "of UTF-16 that are converted; markers behind them are found in 8-bit text only"},
	{"utf16_sample_bytes", FT_UTF16_SAMPLE_BYTES, "bytes",
	 "looked at to recognise UTF-16 without a mark"},
	{"sniff_bytes", FT_SNIFF_BYTES, "bytes",
	 "looked at to tell a binary from a text with the same first letters"},
	{"blanks", FT_BLANKS_MAX, "bytes", "leading blanks passed over before a marker"},
	{"markup_skip_bytes", FT_MARKUP_SKIP_BYTES, "bytes",
	 "leading comments and declarations passed over: padding of 64 KiB against scanners has "
	 "been seen"},
	{"hta_search_bytes", FT_HTA_SEARCH_BYTES, "bytes",
	 "of HTML searched for the element of an HTML application, which stands in the head in "
	 "practice"},
	{"job_tags", FT_JOB_TAGS, "tags", "of a job or package read to see that it holds a script"},
	{"encoded_search_bytes", FT_ENCODED_SEARCH_BYTES, "bytes",
	 "of a script searched for the mark of encoded script"},
	{"interpreter_bytes", FT_INTERPRETER_BYTES, "bytes",
	 "of a line that names an interpreter: the kernel reads 255"},
	{"variable_bytes", FT_VARIABLE_BYTES, "bytes",
	 "longest name of a batch variable between percent signs"},
	{"word_bytes", FT_WORD_BYTES, "bytes",
	 "longest word that is scored; the longest known has 26"},
	{"score_head_bytes", FT_SCORE_HEAD_BYTES, "bytes",
	 "of the front of a text that are scored: what a language looks like shows in its first "
	 "pages"},
	{"score_tail_bytes", FT_SCORE_TAIL_BYTES, "bytes", "of the end of a text that are scored"},
	{"key_lines", FT_KEY_LINES, "lines", "how far key lines of a text format are looked for"},
	{"key_bytes", FT_KEY_BYTES, "bytes", "how far key lines of a text format are looked for"},
	{"cue_bytes", FT_CUE_BYTES, "bytes",
	 "how far behind its FILE line the first track of a cue sheet is looked for"},
	{"table_lines", FT_TABLE_LINES, "lines",
	 "compared to see that each has the same number of separators"},
	{"mail_lines", FT_MAIL_LINES, "lines",
	 "header lines looked at before it must be clear that a text is mail: traces run to 40"},
	{"mail_bytes", FT_MAIL_BYTES, "bytes", "octets of these lines"},
	{"pdf_header_bytes", FT_PDF_HEADER_BYTES, "bytes",
	 "where readers look for the header of a PDF (ISO 32000-1 annex H.3.4.1)"},
	{"pdf_object_bytes", FT_PDF_OBJECT_BYTES, "bytes",
	 "how far behind the header an object of a PDF is looked for"},
	{"ole_entries", FT_OLE_ENTRIES_MAX, "entries",
	 "of an OLE2 directory: documents with hundreds of embedded objects stay below 4,000"},
	{"ole_chain", FT_OLE_CHAIN_MAX, "sectors", "DIFAT sectors followed: enough for 8 GiB"},
	{"zip_entries", FT_ZIP_ENTRIES_MAX, "entries",
	 "of a ZIP directory, 40 ns each; no document comes near"},
	{"zip_part_bytes", FT_ZIP_PART_BYTES, "bytes",
	 "inflated of a part of an office package: content types of 300 sheets take 45 KiB"},
	{"zip_relations_bytes", FT_ZIP_RELATIONS_BYTES, "bytes",
	 "inflated of the relationships of a package; a handful in every real document"},
	{"zip_value_bytes", FT_ZIP_VALUE_BYTES - 1, "bytes",
	 "one attribute in these parts; a longer one names no main part"},
	{"zip_mimetype_bytes", FT_ZIP_MIMETYPE_BYTES - 1, "bytes",
	 "longest media type of interest in a mimetype member"},
	{"volume_sectors", FT_VOLUME_SECTORS, "sectors",
	 "volume descriptors of a disk image that are looked at"},
	{"image_steps", FT_IMAGE_STEPS_MAX, "steps",
	 "of a walk over a picture: a GIF of 16 MiB has 66,000 sub-blocks"},
	{"jpeg_scan_bytes", FT_JPEG_SCAN_BYTES, "bytes",
	 "of a picture searched for the end of its coded data"},
	{"jpeg_pictures", FT_JPEGS_MAX, "pictures",
	 "in one JPEG file: preview, depth map and gain map of a telephone"},
	{"second_search_bytes", FT_SECOND_SEARCH_BYTES, "bytes",
	 "behind the end of a picture that are searched for a second format"},
	{"second_padding_bytes", FT_SECOND_PADDING_BYTES, "bytes",
	 "of padding between a picture and a file behind it"},
	{"trailing_bytes", FT_TRAILING_MIN, "bytes",
	 "behind the end of a picture that are padding to everybody"},
	{"magic_bytes", FT_MAGIC_BYTES, "bytes", "given to libmagic, whose time grows with size"},
	{"magic_objects", FT_MAGIC_OBJECTS, "objects",
	 "of a message, before libmagic is asked about large ones only: it takes 0.2 ms whatever "
	 "the size"},
	{"magic_small_bytes", FT_MAGIC_SMALL_SIZE, "bytes",
	 "smaller objects are small in this respect"},
	{"magic_least_bytes", FT_MAGIC_MIN, "bytes",
	 "fewer are not given to libmagic: they prove nothing"},
};
