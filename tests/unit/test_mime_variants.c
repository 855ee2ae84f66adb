/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/variants.h"

#include "mime/qp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROUNDS 3000

/* What the recipient gets in all cases: with its last octet 27 octets, so that
 * plain base64 of it, which follows, has no padding. */
static const char payload[] = "MZ\x90 all 27 of these octets";
#define PAYLOAD	 as_span_make(payload, sizeof(payload))
#define PLAIN	 "TVqQIGFsbCAyNyBvZiB0aGVzZSBvY3RldHMA"
#define OTHER	 "UEsDBBQAAgAIABFKjkk8z1FoRgAAAEQAAAAJAAAAZWljYXIuY29tizD1VwxQdXAM"
#define PLAIN_QP "MZ=90 all 27 of these octets=00"

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct body {
	enum as_encoding encoding;
	struct as_span in;
	struct as_decode_stats stats;
	size_t size, bound;
	unsigned char *out; /* exactly the promised room */
};

static struct body open_body(enum as_encoding encoding, struct as_span in)
{
	struct body body = {.encoding = encoding, .in = in};

	body.bound = encoding == AS_ENCODING_QP ? in.size : as_base64_bound(in.size);
	body.out = malloc(body.bound == 0 ? 1 : body.bound);
	assert_non_null(body.out);
	if (encoding == AS_ENCODING_QP)
		body.size = as_qp_decode(in, body.out, body.bound, &body.stats);
	else
		body.size = as_base64_decode(in, body.out, body.bound, &body.stats);
	return body;
}

static size_t count(const struct body *body)
{
	size_t number = as_variants_count(body->encoding, body->in, &body->stats);

	assert_true(number <= AS_VARIANTS_MAX);
	return number;
}

/* The label of the reading that gives want, "usual", or NULL. */
static const char *who_reads(struct body *body, struct as_span want)
{
	if (as_span_equal(as_span_make(body->out, body->size), want))
		return "usual";
	for (size_t i = 0; i < count(body); i++) {
		size_t size = as_variants_decode(body->encoding, body->in, &body->stats, i,
						 body->out, body->bound);

		if (as_span_equal(as_span_make(body->out, size), want))
			return as_variants_label(body->encoding, body->in, &body->stats, i);
	}
	return NULL;
}

static void expect_reader(enum as_encoding encoding, const char *name, struct as_span in,
			  struct as_span want, const char *reader)
{
	struct body body = open_body(encoding, in);
	const char *label = who_reads(&body, want);

	print_message("case: %s: %s\n", name, label == NULL ? "nobody" : label);
	assert_non_null(label);
	assert_string_equal(label, reader);
	free(body.out);
}

/* What is too short is not looked at: behind in, and behind the payload, stands
 * more of both. */
static void expect_base64(const char *name, struct as_span in, const char *reader)
{
	static const char more[] = "\r\n" OTHER;
	struct as_decode_stats stats;
	unsigned char want[200];
	char text[400];
	size_t size = sizeof(payload);

	assert_true(in.size + sizeof(more) <= sizeof(text));
	memcpy(text, in.data, in.size);
	memcpy(text + in.size, more, sizeof(more) - 1);
	memcpy(want, payload, size);
	size += as_base64_decode(as_span_text(OTHER), want + size, sizeof(want) - size, &stats);
	expect_reader(AS_ENCODING_BASE64, name, as_span_make(text, in.size + sizeof(more) - 1),
		      as_span_make(want, size), reader);
}

struct example {
	const char *name, *in, *reader;
};

static void every_way_to_break_base64_has_its_reader(void **state)
{
	static const struct example cases[] = {
		{"clean", PLAIN, "usual"},
		{"dots", "T.V.q.Q.I.G.FsbCAyNyBvZiB0aGVzZSBvY3RldHMA.", "usual"},
		{"a character a line", "T\r\nV\r\nq\r\nQ\r\nIGFsbCAyNyBvZiB0aGVzZSBvY3RldHM\r\nA",
		 "usual"},
		{"padded runs", "TVqQIGFsbCA=\r\nMjcgb2YgdGhlc2Ugb2N0ZXRzAA==", "usual"},
		{"padding first", "====\r\n" PLAIN, "usual"},
		{"padding at line ends", "TVqQIGFsbCAy=\r\nNyBvZiB0aGVzZSBvY3RldHMA=", "usual"},
		{"the decoy first", "QUI=" PLAIN, "behind-pad"},
		{"goes on in mid-quantum", "TV==qQIGFsbCAyNyBvZiB0aGVzZSBvY3RldHMA", "skip"},
		{"any padding ends a quantum",
		 "TQ=Wg=kA=IA=YQ=bA=bA=IA=Mg=Nw=IA=bw=Zg=IA="
		 "dA=aA=ZQ=cw=ZQ=IA=bw=Yw=dA=ZQ=dA=cw=AA=",
		 "each"},
		{"padding is one of four, in front",
		 "=TVo=kCA=YWw=bCA=Mjc=IG8=ZiA=dGg=ZXM=ZSA=b2M=dGU=dHM=AA=", "quanta"},
		{"padding is one of four, in the middle",
		 "TV=okC=AYW=wbC=AMj=cIG=8Zi=AdG=gZX=MZS=Ab2=MdG=UdH=MA=A=", "quanta"},
		{"padding is zero", "TVqQIGFsbC=yNyBvZiB0aGVzZSBvY3RldHMA", "zero"},
		{"a character too many on a line",
		 "TVqQX\r\nIGFsX\r\nbCAyNyBvX\r\nZiB0aGVzZSBvX\r\nY3RldHMAX\r\n", "lines"},
		{"two characters too many", "TVqQXX\r\nIGFsXX\r\nbCAyNyBvZiB0aGVzZSBvY3RldHMAXX",
		 "lines"},
		{"comments", "TVq#not data\r\nQIGF#QUJD\r\nsbCAyNyBvZiB0aGVzZSBvY3RldHMA",
		 "comments"},
		{"comments behind padded runs",
		 "TVqQIGFsbCA=\r\nMjcgb2#QUJD\r\nYgdGhlc2Ugb2N0ZXRzAA==", "comments"},
		{"words behind a blank", "TVqQIGFsbCAy ABC\r\nNyBvZiB0 a b c\r\naGVzZSBvY3RldHMA",
		 "comments"},
		{"a line of another format",
		 "begin-base64 744 name\r\nTVqQIGFsbCAyNyBvZiB0\r\naGVzZSBvY3RldHMA",
		 "clean-lines"},
		{"a field among dots",
		 "T.VqQIGFsbCAyNyBv\r\nX-Field: value\r\nZiB0aGVzZSBvY3.RldHMA", "no-fields"},
		{"a delimiter among dots", "T.VqQIGFsbCAyNyBv\r\n--abcd\r\nZiB0aGVzZSBvY3.RldHMA",
		 "no-fields"},
		{"junk throws the quantum away", "TVqQXY!IGFsX!bCAyNyBvZiB0aGVzZSBvY3RldHMA",
		 "reset"},
		{"junk is zero", "TVqQIGFsbC.yNyBvZiB0aGVzZSBvY3RldHM.", "junk-zero"},
		{"a word first", "Hello\r\nTVqQIGFsbCAyNyBvZiB0\r\naGVzZSBvY3RldHMA", "line-2"},
		{"a word, and lines of odd length",
		 "Hello\r\nTVqQIGFsbCAyNyBvZiB0a\r\nGVzZSBvY3RldHMA", "line-2"},
		{"behind an empty line",
		 "Hi\r\nto all\r\n\r\nTVqQIGFsbCAyNyBvZiB0a\r\nGVzZSBvY3RldHMA", "behind-empty"},
		{"one character early", "A" PLAIN, "late"},
		{"three characters early", "ABC" PLAIN, "late"},
		{"padding skipped between fields",
		 "TV==qQIGFsbCAyNy\r\nX-A: b\r\nBvZiB0aGVzZSBvY3RldHMA", "skip-clean"},
		{"lone CRs", "TVqQ\rIGFsbC\rAyNyBvZiB0aGVzZSBvY3RldHMA\r", "usual"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_base64(cases[i].name, as_span_text(cases[i].in), cases[i].reader);
}

static void what_stands_behind_the_end_hides_nothing(void **state)
{
	static const struct example cases[] = {
		{"padding behind whole quanta", PLAIN "====" OTHER, "end"},
		{"padding that ends a quantum", "TVqQIGFsbCA=" OTHER, "stop"},
		{"junk", PLAIN "!\r\n" OTHER, "junk-ends"},
		{"an empty line", PLAIN "\r\n\r\n" OTHER, "empty-ends"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_reader(AS_ENCODING_BASE64, cases[i].name, as_span_text(cases[i].in),
			      i == 1 ? as_span_slice(PAYLOAD, 0, 8) : PAYLOAD, cases[i].reader);
}

static void readers_of_quanta_see_zeros_where_padding_stands(void **state)
{
	static const struct {
		const char *name, *in, *out, *reader;
	} cases[] = {
		{"two in each", "M=A=M=A=", "00", "places"},
		{"the first place", "=TEy", "\x01\x31", "places"},
		{"the third place only", "MD=x", "01", "last-places"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char want[100];
		char text[100];
		struct as_decode_stats stats;
		size_t size = strlen(cases[i].out);

		snprintf(text, sizeof(text), "%s%s", cases[i].in, OTHER);
		memcpy(want, cases[i].out, size);
		size += as_base64_decode(as_span_text(OTHER), want + size, sizeof(want) - size,
					 &stats);
		expect_reader(AS_ENCODING_BASE64, cases[i].name, as_span_text(text),
			      as_span_make(want, size), cases[i].reader);
	}
}

static void nul_ends_a_line_or_the_data_for_readers_of_strings(void **state)
{
	(void)state;

	expect_base64("line", as_span_make("TVqQ\0QUJDRA\r\nIGFsbCAyNyBvZiB0aGVzZSBvY3RldHMA", 45),
		      "comments");
	expect_reader(AS_ENCODING_QP, "data", as_span_make("MZ=90\0abc", 9),
		      as_span_make("MZ\x90", 3), "nul-ends");
}

static void digits_of_the_other_alphabet_count_for_one_reader(void **state)
{
	struct body body = open_body(AS_ENCODING_BASE64, as_span_text("-_-_" OTHER));
	(void)state;

	assert_string_equal(as_variants_label(body.encoding, body.in, &body.stats, 3), "urlsafe");
	assert_int_equal(
		as_variants_decode(body.encoding, body.in, &body.stats, 3, body.out, body.bound),
		51);
	assert_memory_equal(body.out, "\xfb\xff\xbfPK", 5);
	free(body.out);
	expect_base64("junk", as_span_text("TV-q_QIGFsbC-AyNyBvZiB0aGVzZSBvY3RldHMA"), "usual");
}

static void every_way_to_break_quoted_printable_has_its_reader(void **state)
{
	static const struct example cases[] = {
		{"clean", PLAIN_QP, "usual"},
		{"a soft break", "MZ=90 all=\r\n 27 of these octets=00", "usual"},
		{"lower and upper case", "MZ=90 all=20=32=37 of these octets=00", "usual"},
		{"blanks behind a soft break", "MZ=90 all= \t \r\n 27 of these octets=00", "usual"},
		{"a soft break by CR", "MZ=90 all=\r 27 of these octets=00", "usual"},
		{"a soft break by LF", "MZ=90 all=\n 27 of these octets=00", "usual"},
		{"a lone =", "MZ==90= all= 27= of these= octets=00", "drop"},
		{"= and an octet", "MZ=X=90=  all=@ 27 of =Hthese octets=00", "drop-2"},
		{"half an escape", "=0MZ=0=90 all 27 of these octets=0=00", "drop-2"},
		{"= and two octets", "MZ=XX=90=YY all 27=0X of these octets=00", "drop-3"},
		{"lower case is lost", "MZ=0a=90 all 27=0d of these octets=00", "upper-3"},
		{"lower case is lost before escapes are read",
		 "MZ==a90 all =a27 of these octets==a00", "upper-2"},
		{"an escape over a line end", "MZ=9\r\n0 all 27 of these octets=00", "joined"},
		{"an escape over a soft break", "MZ=9=\r\n0 all 27 of these octets=00", "joined"},
		{"a soft break within =", "MZ==\r\n90 all 27 of these octets=00", "joined"},
		{"an escape over a blank", "MZ= 90 all 27 of these octets=00", "joined"},
		{"octets behind a soft break's CR", "MZ=90 all=\rABC\n 27 of these octets=00",
		 "to-line-end"},
		{"CR twice", "MZ=90 all=\r\r\n 27 of these octets=00", "to-line-end"},
		{"LF twice", "MZ=90 all=\r\n\n 27 of these octets=00", "unbroken"},
		{"words behind a soft break", "MZ=90 all=@ words\r\n 27 of these octets=00",
		 "to-line-end"},
		{"controls",
		 "MZ=90 \x12"
		 "all 27 \xaa"
		 "of these octets=00",
		 "printable"},
		{"a bad escape is the end", PLAIN_QP "=@@@\r\nmore", "stop"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_reader(AS_ENCODING_QP, cases[i].name, as_span_text(cases[i].in), PAYLOAD,
			      cases[i].reader);
}

static void other_results_of_quoted_printable_are_among_the_variants(void **state)
{
	static const struct {
		const char *name, *in, *out, *reader;
	} cases[] = {
		{"blanks at line ends are data", "=01a \r\nb\t", "\1a \r\nb\t", "blanks"},
		{"line ends become LF", "=01a\r\nb\r\n", "\1a\nb\n", "line-feeds"},
		{"no soft break with blanks", "a= \r\nb", "a\r\nb", "strict"},
		{"the same kept", "a= \r\nb", "a=\r\nb", "strict-kept"},
		{"one = for two", "a==41", "a=41", "single"},
		{"a single digit", "a=4Z", "a\4Z", "half"},
		{"lower case is none", "a=4a=@", "a=4a=@", "upper"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_reader(AS_ENCODING_QP, cases[i].name, as_span_text(cases[i].in),
			      as_span_text(cases[i].out), cases[i].reader);
}

static void ordinary_and_slightly_damaged_bodies_cost_little(void **state)
{
	static const struct {
		const char *name, *in;
		enum as_encoding encoding;
		size_t most;
	} cases[] = {
		{"clean", PLAIN "\r\n", AS_ENCODING_BASE64, 0},
		{"clean lines", OTHER "\r\n" OTHER "\r\nQUI=\r\n", AS_ENCODING_BASE64, 0},
		{"blank lines round it", "\r\n" OTHER "\r\n\r\n\r\n", AS_ENCODING_BASE64, 0},
		{"blanks at line ends", OTHER " \r\n" OTHER "\t\r\n", AS_ENCODING_BASE64, 0},
		{"padding missing", OTHER "\r\nQUI", AS_ENCODING_BASE64, 2},
		{"half of the padding missing", OTHER "\r\nQQ=", AS_ENCODING_BASE64, 2},
		{"too much padding", OTHER "\r\nQUI==", AS_ENCODING_BASE64, 2},
		{"a footer",
		 OTHER "\r\nQUI=\r\n_______________\r\nPeople mailing list\r\n"
		       "http://lists.example.org/mailman/listinfo/people\r\n",
		 AS_ENCODING_BASE64, 1},
		{"a footer behind whole quanta",
		 OTHER "\r\n\r\n-- \r\nThis list is for people. To leave it, tell us.\r\n",
		 AS_ENCODING_BASE64, 1},
		{"only prose", "This is no data, whatever the label says.", AS_ENCODING_BASE64, 0},
		{"nothing", "", AS_ENCODING_BASE64, 0},
		{"only padding", "====", AS_ENCODING_BASE64, 0},
		{"identity", OTHER "!" OTHER, AS_ENCODING_IDENTITY, 0},
		{"clean qp", "caf=C3=A9 =\r\nand text \r\nas ever", AS_ENCODING_QP, 0},
		{"qp in lower case", "caf=c3=a9", AS_ENCODING_QP, 2},
		{"qp with octets above 127", "caf\xc3\xa9", AS_ENCODING_QP, 1},
		{"qp with blanks behind soft breaks", "a= \r\nb", AS_ENCODING_QP, 2},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct body body = open_body(cases[i].encoding, as_span_text(cases[i].in));

		print_message("case: %s: %zu\n", cases[i].name, count(&body));
		assert_true(count(&body) <= cases[i].most);
		assert_false(as_variants_cut(body.encoding, body.in, &body.stats));
		free(body.out);
	}
}

static void trailing_nuls_cost_nothing(void **state)
{
	struct body body = open_body(AS_ENCODING_BASE64, as_span_make(PLAIN "\r\n\0\0\0", 41));
	(void)state;

	assert_int_equal(body.stats.junk, 3);
	assert_int_equal(count(&body), 0);
	free(body.out);
}

static void a_footer_does_not_hide_the_data_before_it(void **state)
{
	(void)state;

	expect_reader(AS_ENCODING_BASE64, "footer",
		      as_span_text(PLAIN "\r\n_____\r\nThis is our list, really.\r\n"), PAYLOAD,
		      "head");
}

static void data_behind_data_is_not_taken_for_a_footer(void **state)
{
	char text[400] = "QUJD\r\n#\r\n";
	struct body body;
	(void)state;

	/* Words between all characters do not help. */
	for (const char *p = OTHER PLAIN; *p != '\0'; p++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%c. ", *p);
	body = open_body(AS_ENCODING_BASE64, as_span_text(text));
	assert_true(count(&body) > 2);
	free(body.out);
}

static void a_body_with_every_error_says_that_readings_were_left_out(void **state)
{
	struct body body = open_body(
		AS_ENCODING_BASE64,
		as_span_text("QUI=QUJ\r\n=A-_!\r\n\r\nQ=Q==QUJD\r\nQ QUJDQUJDQUJDQUJDQ" OTHER));
	(void)state;

	assert_int_equal(count(&body), AS_VARIANTS_MAX);
	assert_true(as_variants_cut(body.encoding, body.in, &body.stats));
	free(body.out);
}

static void variants_stay_inside_their_room(void **state)
{
	static const char likely[] = "AZaz09+/==== \r\n\r\n-_!:#4142";
	uint32_t seed = 7;
	(void)state;

	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random(&seed) % 120;
		unsigned char *in = malloc(size == 0 ? 1 : size);
		struct body body;

		assert_non_null(in);
		for (size_t i = 0; i < size; i++)
			in[i] = next_random(&seed) % 16 == 0
					? (unsigned char)next_random(&seed)
					: (unsigned char)
						  likely[next_random(&seed) % (sizeof(likely) - 1)];
		body = open_body(round % 2 == 0 ? AS_ENCODING_BASE64 : AS_ENCODING_QP,
				 as_span_make(in, size));
		for (size_t i = 0; i < count(&body); i++) {
			size_t room = next_random(&seed) % (body.bound + 1);

			assert_true(as_variants_decode(body.encoding, body.in, &body.stats, i,
						       body.out, body.bound) <= body.bound);
			assert_true(as_variants_decode(body.encoding, body.in, &body.stats, i,
						       body.out, room) <= room);
			assert_true(as_variants_label(body.encoding, body.in, &body.stats, i)[0] !=
				    '\0');
		}
		free(body.out);
		free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_break_base64_has_its_reader),
		cmocka_unit_test(what_stands_behind_the_end_hides_nothing),
		cmocka_unit_test(readers_of_quanta_see_zeros_where_padding_stands),
		cmocka_unit_test(nul_ends_a_line_or_the_data_for_readers_of_strings),
		cmocka_unit_test(digits_of_the_other_alphabet_count_for_one_reader),
		cmocka_unit_test(every_way_to_break_quoted_printable_has_its_reader),
		cmocka_unit_test(other_results_of_quoted_printable_are_among_the_variants),
		cmocka_unit_test(ordinary_and_slightly_damaged_bodies_cost_little),
		cmocka_unit_test(trailing_nuls_cost_nothing),
		cmocka_unit_test(a_footer_does_not_hide_the_data_before_it),
		cmocka_unit_test(data_behind_data_is_not_taken_for_a_footer),
		cmocka_unit_test(a_body_with_every_error_says_that_readings_were_left_out),
		cmocka_unit_test(variants_stay_inside_their_room),
	};
	return cmocka_run_group_tests_name("mime variants", tests, NULL, NULL);
}
