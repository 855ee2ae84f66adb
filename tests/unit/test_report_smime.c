/* SPDX-License-Identifier: BSD-2-Clause */
/* What `assay smime` makes of a verdict. */
#include "report/smime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static json_t *verdict;
static struct as_buffer out;

static int set_up(void **state)
{
	(void)state;
	as_buffer_init(&out, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(verdict);
	verdict = NULL;
	as_buffer_deinit(&out);
	return 0;
}

/* Apostrophes stand for quotes. */
static void take(const char *text)
{
	char *copy = strdup(text);

	assert_non_null(copy);
	for (char *p = copy; (p = strchr(p, '\'')) != NULL;)
		*p = '"';
	json_decref(verdict);
	verdict = json_loads(copy, 0, NULL);
	free(copy);
	assert_non_null(verdict);
}

static void take_layers(const char *layers, bool complete)
{
	char text[2000];

	snprintf(text, sizeof(text), "{'smime':[%s],'findings':[],'complete':%s}", layers,
		 complete ? "true" : "false");
	take(text);
}

static const char *drawn(void)
{
	as_buffer_clear(&out);
	assert_int_equal(as_smime_report_draw(verdict, false, &out), 0);
	as_buffer_byte(&out, 0);
	print_message("drawn: %.500s\n", (const char *)out.data);
	return (const char *)out.data;
}

#define LAYER(state, valid, opened)                                                                \
	"{'state':'" state "','valid':" valid ",'opened':'" opened "','message':''}"
#define INNER(state, valid) "{'state':'" state "','valid':" valid ",'opened':'','message':'2'}"
#define GOOD		    LAYER("signed-clear", "true", "")
#define BAD		    LAYER("signed-opaque", "false", "")
#define UNKNOWN		    LAYER("signed-clear", "null", "")
#define OPENED		    LAYER("enveloped", "null", "yes")
#define CLOSED		    LAYER("enveloped", "null", "no-key")

static void the_outcome_is_that_of_the_worst_layer(void **state)
{
	static const struct {
		const char *name, *layers;
		bool complete;
		enum as_smime_outcome outcome;
	} cases[] = {
		{"nothing", "", true, AS_SMIME_OUTCOME_NONE},
		{"nothing, cut short", "", false, AS_SMIME_OUTCOME_FAILED},
		{"good", GOOD, true, AS_SMIME_OUTCOME_VALID},
		{"good, cut short", GOOD, false, AS_SMIME_OUTCOME_FAILED},
		{"bad", BAD, true, AS_SMIME_OUTCOME_NOT_VALID},
		{"bad, cut short", BAD, false, AS_SMIME_OUTCOME_NOT_VALID},
		{"no verdict", UNKNOWN, true, AS_SMIME_OUTCOME_FAILED},
		{"good, then bad", GOOD "," BAD, true, AS_SMIME_OUTCOME_NOT_VALID},
		{"bad, then good", BAD "," GOOD, true, AS_SMIME_OUTCOME_NOT_VALID},
		{"good, then unknown", GOOD "," UNKNOWN, true, AS_SMIME_OUTCOME_FAILED},
		{"unknown, then good", UNKNOWN "," GOOD, true, AS_SMIME_OUTCOME_FAILED},
		{"unknown, then bad", UNKNOWN "," BAD, true, AS_SMIME_OUTCOME_NOT_VALID},
		{"opened", OPENED, true, AS_SMIME_OUTCOME_VALID},
		{"closed", CLOSED, true, AS_SMIME_OUTCOME_FAILED},
		{"good in opened", OPENED "," GOOD, true, AS_SMIME_OUTCOME_VALID},
		{"good round closed", GOOD "," CLOSED, true, AS_SMIME_OUTCOME_FAILED},
		{"failed", LAYER("authenveloped", "null", "failed"), true, AS_SMIME_OUTCOME_FAILED},
		{"certificates", LAYER("certs-only", "null", ""), true, AS_SMIME_OUTCOME_VALID},
		{"inflated", LAYER("compressed", "null", "yes"), true, AS_SMIME_OUTCOME_VALID},
		{"bomb", LAYER("compressed", "null", "limit"), true, AS_SMIME_OUTCOME_FAILED},
		{"malformed", LAYER("malformed", "null", ""), true, AS_SMIME_OUTCOME_FAILED},
		{"malformed and not valid", LAYER("malformed", "false", ""), true,
		 AS_SMIME_OUTCOME_NOT_VALID},
		{"bad inside", INNER("signed-clear", "false"), true, AS_SMIME_OUTCOME_NONE},
		{"good round bad inside", GOOD "," INNER("signed-clear", "false"), true,
		 AS_SMIME_OUTCOME_VALID},
		{"good inside does not help", BAD "," INNER("signed-clear", "true"), true,
		 AS_SMIME_OUTCOME_NOT_VALID},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		take_layers(cases[i].layers, cases[i].complete);
		assert_int_equal(as_smime_report_outcome(verdict), cases[i].outcome);
	}
}

static void a_verdict_of_another_form_is_no_success(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{'smime':{},'complete':1}",
		"{'smime':'x','complete':'true'}",
		"{'smime':[1,'x',null,[]],'complete':true}",
		"{'smime':[{}],'complete':false}",
		"{'smime':[{'state':'signed-clear','valid':'true'}],'complete':true}",
		"{'smime':[{'state':7,'valid':0,'opened':'no-key','signers':{}}],'complete':true}",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		print_message("case: %s\n", texts[i]);
		take(texts[i]);
		if (i != 3)
			assert_int_equal(as_smime_report_outcome(verdict), AS_SMIME_OUTCOME_FAILED);
		drawn();
		as_buffer_clear(&out);
		assert_int_equal(as_smime_report_json(verdict, &out), 0);
	}
}

static void json_has_the_layers_and_what_is_about_them(void **state)
{
	(void)state;
	take("{'smime':[{'state':'malformed'}],'complete':true,'findings':["
	     "{'code':'smime.malformed'},{'code':'malware.eicar'},{'code':'openpgp.encrypted'},"
	     "{'code':'limit.depth'},{'code':'scan.timeout'},{'code':'mime.lone_lf'},"
	     "{'code':'smimex'},{'code':'policy.smime'}]}");
	assert_int_equal(as_smime_report_json(verdict, &out), 0);
	as_buffer_byte(&out, 0);
	assert_string_equal((const char *)out.data,
			    "{\"smime\":[{\"state\":\"malformed\"}],\"findings\":["
			    "{\"code\":\"smime.malformed\"},{\"code\":\"openpgp.encrypted\"},"
			    "{\"code\":\"limit.depth\"},{\"code\":\"scan.timeout\"}]}\n");
}

static void json_of_a_plain_message_has_both_members(void **state)
{
	(void)state;
	take_layers("", true);
	assert_int_equal(as_smime_report_json(verdict, &out), 0);
	as_buffer_byte(&out, 0);
	assert_string_equal((const char *)out.data, "{\"smime\":[],\"findings\":[]}\n");
}

static void a_signature_is_drawn_with_its_signers(void **state)
{
	(void)state;
	take("{'complete':true,'findings':[{'code':'smime.expired','severity':'low','path':'1',"
	     "'text':'The certificate had expired.'}],'smime':[{'layer':0,'path':'1',"
	     "'state':'signed-clear','coverage':'whole','valid':false,'reason':'expired',"
	     "'signers':[{'subject':'CN=Ann','issuer':'CN=CA','serial':'01','sha256':'ab',"
	     "'addresses':['ann@example.org','a@example.org'],'from_match':true,"
	     "'signing_time':'2025-10-09T08:53:20Z','digest':'sha256','algorithm':'rsa',"
	     "'key_bits':2048,'signature':'valid','chain':'expired','revocation':'unknown',"
	     "'reason':'expired'}],'recipients':[],'cipher':'','authenticated':false,"
	     "'opened':'','message':''}]}");
	assert_string_equal(drawn(), "layer 0  signed-clear  at 1\n"
				     "    valid        no\n"
				     "    reason       expired\n"
				     "    covers       whole\n"
				     "    signer 1\n"
				     "      subject      CN=Ann\n"
				     "      address      ann@example.org\n"
				     "                   a@example.org\n"
				     "      author       yes\n"
				     "      signature    valid\n"
				     "      chain        expired\n"
				     "      revocation   unknown\n"
				     "      reason       expired\n"
				     "      algorithm    rsa 2048 with sha256\n"
				     "      signed at    2025-10-09T08:53:20Z\n"
				     "      issuer       CN=CA\n"
				     "      serial       01\n"
				     "      sha256       ab\n"
				     "\n"
				     "low       smime.expired at 1\n"
				     "          The certificate had expired.\n"
				     "\n"
				     "Signed, but not valid.\n");
}

static void encryption_is_drawn_with_its_recipients(void **state)
{
	(void)state;
	take("{'complete':true,'findings':[],'smime':[{'layer':1,'path':'','state':'enveloped',"
	     "'coverage':'whole','valid':null,'reason':'','signers':[],'recipients':["
	     "{'kind':'ktri','issuer':'CN=CA','serial':'01','key_id':'','algorithm':'rsa',"
	     "'wrap':''},{'kind':'kekri','issuer':'','serial':'','key_id':'aabb',"
	     "'algorithm':'','wrap':'aes128-wrap'},{'kind':'ori','issuer':'','serial':'',"
	     "'key_id':'','algorithm':'','wrap':''}],'cipher':'aes256-cbc',"
	     "'authenticated':false,'opened':'no-key','message':''}]}");
	assert_string_equal(drawn(), "layer 1  enveloped\n"
				     "    covers       whole\n"
				     "    opened       no-key\n"
				     "    cipher       aes256-cbc, not authenticated\n"
				     "    recipient    ktri CN=CA, 01, rsa\n"
				     "    recipient    kekri aabb, aes128-wrap\n"
				     "    recipient    ori\n"
				     "\n"
				     "No verdict is possible.\n");
}

static void each_outcome_has_its_sentence(void **state)
{
	static const struct {
		const char *layers, *sentence;
	} cases[] = {
		{GOOD, "Every signature is valid and everything was opened.\n"},
		{BAD, "Signed, but not valid.\n"},
		{CLOSED, "No verdict is possible.\n"},
		{OPENED, "Not signed. Everything was opened.\n"},
		{"", "The message itself has no S/MIME.\n"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text;

		take_layers(cases[i].layers, true);
		text = drawn();
		assert_true(strlen(text) >= strlen(cases[i].sentence));
		assert_string_equal(text + strlen(text) - strlen(cases[i].sentence),
				    cases[i].sentence);
	}
}

static void a_valid_signature_does_not_make_one_forget_what_was_found(void **state)
{
	static const char *const severities[] = {"info", "low", "high"};
	char text[2000];

	(void)state;
	for (size_t i = 0; i < COUNT(severities); i++) {
		snprintf(text, sizeof(text),
			 "{'complete':true,'smime':[%s],'findings':[{'code':'smime.from_mismatch',"
			 "'severity':'%s','path':'','text':'Somebody else.'}]}",
			 GOOD, severities[i]);
		take(text);
		assert_int_equal(strstr(drawn(), "but mind the findings.\n") != NULL, i > 0);
	}
}

static void a_layer_of_a_message_inside_says_so(void **state)
{
	(void)state;
	take_layers(INNER("signed-clear", "true"), true);
	assert_non_null(strstr(drawn(), "    of message   2\n"));
}

static void hostile_texts_are_escaped(void **state)
{
	(void)state;
	take_layers("{'state':'signed-clear','valid':true,'signers':[{'subject':'a\\u001b[31m\\nb',"
		    "'addresses':['x\\u202ey']}]}",
		    true);
	drawn();
	assert_non_null(strstr((const char *)out.data, "a\\x1b[31m"));
	assert_non_null(strstr((const char *)out.data, "x\\u{202e}y"));
	assert_null(strstr((const char *)out.data, "\nb"));
	assert_null(strchr((const char *)out.data, '\033'));
}

static void colours_are_drawn_when_they_are_wanted(void **state)
{
	(void)state;
	take_layers(GOOD, true);
	assert_int_equal(as_smime_report_draw(verdict, true, &out), 0);
	as_buffer_byte(&out, 0);
	assert_non_null(strchr((const char *)out.data, '\033'));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_outcome_is_that_of_the_worst_layer),
		TEST(a_verdict_of_another_form_is_no_success),
		TEST(json_has_the_layers_and_what_is_about_them),
		TEST(json_of_a_plain_message_has_both_members),
		TEST(a_signature_is_drawn_with_its_signers),
		TEST(encryption_is_drawn_with_its_recipients),
		TEST(each_outcome_has_its_sentence),
		TEST(a_valid_signature_does_not_make_one_forget_what_was_found),
		TEST(a_layer_of_a_message_inside_says_so),
		TEST(hostile_texts_are_escaped),
		TEST(colours_are_drawn_when_they_are_wanted),
	};
	return cmocka_run_group_tests_name("report/smime", tests, NULL, NULL);
}
