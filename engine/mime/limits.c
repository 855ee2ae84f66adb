/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/limits.h"

#include "mime/blocks.h"
#include "mime/blocks_qp.h"
#include "mime/charset.h"
#include "mime/claims.h"
#include "mime/claims_name.h"
#include "mime/claims_reader.h"
#include "mime/crosscheck.h"
#include "mime/ends.h"
#include "mime/extra.h"
#include "mime/header_text.h"
#include "mime/legacy.h"
#include "mime/marks.h"
#include "mime/mime.h"
#include "mime/names.h"
#include "mime/names_forms.h"
#include "mime/names_scan.h"
#include "mime/param.h"
#include "mime/raw.h"
#include "mime/readings.h"
#include "mime/tokens.h"
#include "mime/uu.h"
#include "mime/variants.h"

const struct assay_limit as_mime_limits[] = {
	{"header_total_bytes", AS_RAW_TOTAL_BYTES, "bytes",
	 "all header blocks of a message that GMime may read: it keeps every field as objects, "
	 "4,000 parts of 900 fields cost it 1.8 GB"},
	{"header_total_fields", AS_RAW_TOTAL_FIELDS, "fields",
	 "all header fields of a message that GMime may read; a digest of 500 messages has 15,000"},
	{"header_name_bytes", AS_RAW_NAME_MAX, "bytes",
	 "how far a line is searched for the colon behind a name that matters"},
	{"media_type_bytes", AS_PARAM_TYPE_MAX, "bytes",
	 "a longer media type is none: RFC 6838 s4.2 allows 127 for each half"},
	{"section_digits", AS_PARAM_SECTION_DIGITS, "digits",
	 "number of a section of a parameter (RFC 2231 s3); more digits are no number"},
	{"names", AS_NAMES_MAX, "names",
	 "names of one entity; more are an attack that no client follows"},
	{"names_plain", AS_NAMES_PLAIN, "names",
	 "names of one entity before only those with a new extension are taken: a flood must not "
	 "hide the one that matters"},
	{"name_joins", AS_NAME_JOINS_MAX, "lines",
	 "continuation lines joined to names in one header; each join reads its field again"},
	{"name_shell_bytes", AS_NAME_SHELL_MAX, "bytes",
	 "a name as Windows saves it; file systems end at 255 characters, the end with the type is "
	 "kept"},
	{"name_pieces", AS_NAME_PIECES_MAX, "parameters",
	 "of one header whose writing is looked at: each is compared with each"},
	{"name_parameter_bytes", AS_NAME_PARAM_SIZE - 1, "bytes",
	 "of a parameter's name that are compared; \"filename*999999*\" has 16"},
	{"name_whole_bytes", AS_NAME_WHOLE_BYTES, "bytes",
	 "a shorter name of ASCII fits into one parameter: written in sections it is odd"},
	{"name_section_bytes", AS_NAME_SECTION_BYTES, "bytes",
	 "shorter sections with others behind them are odd: mailers fill them"},
	{"name_weak_extension", AS_NAME_WEAK_EXTENSION, "characters",
	 "of an extension in a field that is no name by right; a longer word behind a dot ends a "
	 "sentence"},
	{"name_raw_bytes", AS_NAME_RAW_MAX, "bytes",
	 "a name in a field that was read leniently: such readings overlap and would multiply"},
	{"extension_bytes", AS_NAME_EXTENSION_SIZE - 1, "bytes",
	 "an extension with its dot; a longer one is none"},
	{"charset_name_bytes", AS_CHARSET_NAME_SIZE - 1, "bytes",
	 "letters and digits in the name of a charset; the longest known has 18"},
	{"charset_sniff_bytes", AS_CHARSET_SNIFF_BYTES, "bytes",
	 "in which UTF-16 and UTF-32 that are not declared show by their zeros"},
	{"word_charset_bytes", AS_WORD_CHARSET_SIZE - 1, "bytes",
	 "charset of an encoded word, which RFC 2047 s2 ends at 75; keeps a run of openings "
	 "linear"},
	{"second_readings", AS_EXTRAS_MAX, "objects",
	 "parts that follow from what a message claims and only other readers see; more are an "
	 "attack on time"},
	{"look_alikes", AS_EXTRAS_LOOK_MAX, "objects",
	 "what looks like a part within a text and no reader shows; more are left out"},
	{"readings_factor", AS_READINGS_FACTOR, "times",
	 "octets of all second readings per octet of the message"},
	{"readings_floor_bytes", AS_READINGS_FLOOR, "bytes",
	 "octets of second readings that a message of any size may have"},
	{"reading_zones_factor", AS_READINGS_ZONE_FACTOR, "times",
	 "octets of the headers of possible parts per octet of the message: they may overlap"},
	{"readings_notes", AS_READINGS_NOTES_MAX, "notes",
	 "lines noted that only some readers take for a delimiter"},
	{"field_marks", AS_MARKS_FIELDS_MAX, "places",
	 "Content fields outside of all headers; an archive of 5,000 messages as text has 15,000"},
	{"delimiter_search_bytes", AS_MARKS_MIDDLE_MAX, "bytes",
	 "how far into a line a delimiter is looked for"},
	{"boundary_candidates", AS_TOKENS_MAX, "texts",
	 "texts that some reader could take for a boundary: two for each entity"},
	{"boundary_cut_bytes", AS_TOKEN_CUT_MIN, "bytes",
	 "from this length on a line is the beginning of a longer boundary: some readers cut what "
	 "they declare"},
	{"boundary_prefix_bytes", AS_TOKEN_PREFIX_MIN, "bytes",
	 "a shorter boundary is not taken for the beginning of a word: \"--a/file\" is a patch"},
	{"claims", AS_CLAIMS_MAX, "claims",
	 "boundaries, types or encodings of one header, in all ways to read them; more are an "
	 "attack on time"},
	{"claim_fields", AS_CLAIM_FIELDS_MAX, "fields",
	 "Content-Type fields of one header that are told apart; with more nobody can say what a "
	 "client does"},
	{"claim_sections", AS_CLAIM_SECTIONS_MAX, "sections",
	 "of a boundary after RFC 2231 that are joined in odd orders; 70 octets need none"},
	{"claim_window_bytes", AS_CLAIM_WINDOW, "bytes",
	 "that a loose reading looks at behind a name: several times the 70 octets of a boundary"},
	{"claim_name_bytes", AS_CLAIM_NAME_PADS, "bytes",
	 "blanks, controls and comments that are passed over in the name of a field"},
	{"claim_work_factor", AS_CLAIMS_WORK_FACTOR, "times",
	 "octets that loose readings of one header may touch per octet of it: they overlap"},
	{"claim_work_floor_bytes", AS_CLAIMS_WORK_FLOOR, "bytes",
	 "that they may touch in a header of any size"},
	{"header_ends", AS_ZONE_ENDS_MAX, "places",
	 "at which readers may let the body of one part begin"},
	{"header_repair_bytes", AS_ZONE_JUNK_MAX, "bytes",
	 "behind a header without blank line that are looked at for fields which some reader "
	 "repairs"},
	{"body_looks", AS_READINGS_LOOKS, "encodings",
	 "that are tried on a body which claims none, as it looks like them"},
	{"variants", AS_VARIANTS_MAX, "readings",
	 "of one damaged body: each costs a decoding, and an inspection if it differs"},
	{"tail_bytes", AS_VARIANTS_PROSE_MAX, "bytes",
	 "of text behind base64 that are taken for a disclaimer; none is longer"},
	{"tail_digits", AS_VARIANTS_PROSE_DIGITS, "characters",
	 "of such a text that look like data; the test file of the scanners takes 91"},
	{"block_bytes", AS_BLOCK_BYTES_MIN, "bytes",
	 "shortest data in a text that is found by its look; the test file has 68, hashes have up "
	 "to 64"},
	{"block_junk_lines", AS_BLOCK_JUNK_LINES, "lines",
	 "in a row that may stand within encoded data, as decoys or page marks; more are text"},
	{"block_escapes", AS_BLOCK_ESCAPES_MIN, "escapes",
	 "that make quoted-printable of text which does not declare it; links have fewer"},
	{"block_escapes_lost", AS_BLOCK_ESCAPES_LOST, "escapes",
	 "taken off that count by an equals sign that is none"},
	{"block_escapes_gap_bytes", AS_BLOCK_ESCAPES_GAP, "bytes",
	 "without an escape end such a region"},
	{"uuencode_checksum", AS_UU_CHECKSUM_MAX, "characters",
	 "behind a line of uuencode that some encoders add"},
	{"uuencode_foreign", AS_UU_FOREIGN_DIVISOR, "characters",
	 "one in so many may be foreign in a line of uuencode: readers mask them, and prose has "
	 "more"},
	{"uuencode_wrong_length", AS_UU_WRONG_MIN, "characters",
	 "from which a line of another length than it announces is data without \"begin\""},
	{"binhex_growth", AS_BINHEX_GROWTH, "times",
	 "BinHex may unpack to: its run lengths make 127 octets of one"},
	{"binhex_slack_bytes", AS_BINHEX_SLACK, "bytes",
	 "that small BinHex data may unpack to beyond "
	 "that"},
	{"end_of_data_nuls", AS_ENDS_NULS_MAX, "bytes",
	 "NULs at a dot that are passed over; more are a binary file"},
	{"end_of_data_window_bytes", AS_ENDS_WINDOW_BYTES, "bytes",
	 "searched behind a lone dot for the commands of a further message"},
	{"end_of_data_lines", AS_ENDS_LINES_MAX, "lines", "looked at within these octets"},
	{"end_of_data_junk_lines", AS_ENDS_JUNK_MAX, "lines",
	 "of them that may be no command: a server answers 500 and reads on"},
	{"notes_per_code", AS_NOTES_MAX, "notes",
	 "anomalies of one kind kept per message; the rest is counted"},
	{"gmime_bytes", AS_GMIME_BYTES_MAX, "bytes",
	 "a message that GMime may read: it counts in 32 bits"},
	{"gmime_warnings", AS_GMIME_WARNINGS_MAX, "warnings",
	 "warnings of GMime that are looked at; it gave 2 million for a message of 4 MB"},
};

const size_t as_mime_limit_count = sizeof(as_mime_limits) / sizeof(as_mime_limits[0]);
