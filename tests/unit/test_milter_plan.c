/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/parse.h"
#include "daemon/milter/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL                                                                                        \
	(AS_MILTER_ADDHDRS | AS_MILTER_CHGBODY | AS_MILTER_DELRCPT | AS_MILTER_CHGHDRS |           \
	 AS_MILTER_QUARANTINE)

/* Shorter names for tables. */
enum {
	ACC = ASSAY_ACTION_ACCEPT,
	TAG = ASSAY_ACTION_TAG,
	STR = ASSAY_ACTION_STRIP,
	QUA = ASSAY_ACTION_QUARANTINE,
	REJ = ASSAY_ACTION_REJECT,
	DIS = ASSAY_ACTION_DISCARD,
	TMP = ASSAY_ACTION_TEMPFAIL,
};

struct plan_case {
	const char *name;
	unsigned int action; /* of the message */
	unsigned char recipients[3];
	size_t recipient_count;
	enum as_keep keep;
	uint32_t actions;
	bool stored, can_strip;
	const char *shown; /* D: deliver, X: discard, else the code; then what
			      goes with it */
};

static const struct plan_case plan_cases[] = {
	{"accept", ACC, {ACC}, 1, AS_KEEP_STORE, ALL, false, false, "D"},
	{"tag", TAG, {TAG}, 1, AS_KEEP_STORE, ALL, false, false, "D mark"},
	{"reject", REJ, {REJ}, 1, AS_KEEP_STORE, ALL, false, false, "550 5.7.1"},
	{"discard", DIS, {DIS}, 1, AS_KEEP_STORE, ALL, false, false, "X"},
	{"tempfail", TMP, {TMP}, 1, AS_KEEP_STORE, ALL, false, false, "451 4.7.1"},
	{"no recipients", REJ, {0}, 0, AS_KEEP_STORE, ALL, false, false, "550 5.7.1"},
	{"no action", 0, {0}, 0, AS_KEEP_STORE, ALL, false, false, "451 4.7.1"},
	{"a number that is none", 77, {77}, 1, AS_KEEP_STORE, ALL, false, false, "451 4.7.1"},
	{"recipient without an action", ACC, {0}, 1, AS_KEEP_STORE, ALL, false, false, "451 4.7.1"},

	{"stored, discard", QUA, {QUA}, 1, AS_KEEP_DISCARD, ALL, true, false, "X"},
	{"stored", QUA, {QUA}, 1, AS_KEEP_STORE, ALL, true, false, "X"},
	{"stored, reject", QUA, {QUA}, 1, AS_KEEP_REJECT, ALL, true, false, "550 5.7.1"},
	{"client keeps it", QUA, {QUA}, 1, AS_KEEP_CLIENT, ALL, false, false, "550 5.7.1"},
	{"not stored, discard", QUA, {QUA}, 1, AS_KEEP_DISCARD, ALL, false, false, "550 5.7.1"},
	{"hold", QUA, {QUA}, 1, AS_KEEP_HOLD, ALL, false, false, "D mark hold"},
	{"hold not allowed",
	 QUA,
	 {QUA},
	 1,
	 AS_KEEP_HOLD,
	 ALL & ~AS_MILTER_QUARANTINE,
	 false,
	 false,
	 "550 5.7.1"},

	{"strip", STR, {STR}, 1, AS_KEEP_STORE, ALL, false, true, "D strip mark"},
	{"strip, nothing changed", STR, {STR}, 1, AS_KEEP_DISCARD, ALL, false, false, "550 5.7.1"},
	{"strip, nothing changed, stored", STR, {STR}, 1, AS_KEEP_DISCARD, ALL, true, false, "X"},

	{"one of two is rejected",
	 REJ,
	 {ACC, REJ},
	 2,
	 AS_KEEP_STORE,
	 ALL,
	 false,
	 false,
	 "D removes=01"},
	{"one of two is discarded",
	 DIS,
	 {DIS, TAG},
	 2,
	 AS_KEEP_STORE,
	 ALL,
	 false,
	 false,
	 "D mark removes=10"},
	{"one of three is stored",
	 QUA,
	 {ACC, QUA, ACC},
	 3,
	 AS_KEEP_DISCARD,
	 ALL,
	 true,
	 false,
	 "D removes=010"},
	{"one of three is not stored",
	 QUA,
	 {ACC, QUA, ACC},
	 3,
	 AS_KEEP_DISCARD,
	 ALL,
	 false,
	 false,
	 "550 5.7.1"},
	{"one of three is held",
	 QUA,
	 {ACC, QUA, REJ},
	 3,
	 AS_KEEP_HOLD,
	 ALL,
	 false,
	 false,
	 "D mark hold removes=001"},
	{"recipients cannot be removed",
	 REJ,
	 {ACC, REJ},
	 2,
	 AS_KEEP_STORE,
	 ALL & ~AS_MILTER_DELRCPT,
	 false,
	 false,
	 "550 5.7.1"},
	{"one is stripped, one rejected",
	 REJ,
	 {STR, REJ},
	 2,
	 AS_KEEP_STORE,
	 ALL,
	 false,
	 true,
	 "D strip mark removes=01"},
	{"all are lost in their own way",
	 DIS,
	 {REJ, DIS},
	 2,
	 AS_KEEP_STORE,
	 ALL,
	 false,
	 false,
	 "X"},
	{"discard does not lose the quarantined",
	 DIS,
	 {QUA, DIS},
	 2,
	 AS_KEEP_STORE,
	 ALL,
	 false,
	 false,
	 "550 5.7.1"},
	{"discard of what is stored", DIS, {QUA, DIS}, 2, AS_KEEP_STORE, ALL, true, false, "X"},
	{"tempfail of one is tempfail of all",
	 TMP,
	 {ACC, TMP},
	 2,
	 AS_KEEP_STORE,
	 ALL,
	 false,
	 false,
	 "451 4.7.1"},
};

static void show_plan(const struct as_milter_facts *facts, char *shown, size_t size)
{
	struct as_milter_plan plan;
	size_t used;

	as_milter_plan_make(facts, &plan);
	snprintf(shown, size, "%s%s%s%s",
		 plan.end == AS_MILTER_END_REPLY     ? plan.code
		 : plan.end == AS_MILTER_END_DISCARD ? "X"
						     : "D",
		 plan.strip ? " strip" : "", plan.mark ? " mark" : "",
		 plan.hold != NULL ? " hold" : "");
	if (plan.end != AS_MILTER_END_DELIVER || !plan.some_removed)
		return;
	used = strlen(shown);
	used += (size_t)snprintf(shown + used, size - used, " removes=");
	for (size_t i = 0; i < facts->recipients; i++)
		shown[used++] = as_milter_plan_removes(facts, i) ? '1' : '0';
	shown[used] = '\0';
}

static void every_verdict_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(plan_cases); i++) {
		const struct plan_case *c = &plan_cases[i];
		struct as_answer verdict = {
			.reply = "words",
			.reason = "reason",
			.recipients = c->recipients,
			.recipient_count = c->recipient_count,
		};
		struct as_task_answer task = {
			.action = (enum assay_action)c->action,
			.answer = &verdict,
			.stored = c->stored,
			.changed_fd = -1,
		};
		struct as_milter_facts facts = {
			.answer = &task,
			.keep = c->keep,
			.actions = c->actions,
			.recipients = c->recipient_count,
			.can_strip = c->can_strip,
		};
		char shown[64];

		print_message("case: %s\n", c->name);
		show_plan(&facts, shown, sizeof(shown));
		assert_string_equal(shown, c->shown);
	}
}

static void recipients_that_do_not_match_count_as_the_message(void **state)
{
	static const unsigned char recipients[] = {ACC};
	struct as_answer verdict = {.recipients = recipients, .recipient_count = 1};
	struct as_task_answer task = {.action = ASSAY_ACTION_REJECT, .answer = &verdict};
	struct as_milter_facts facts = {.answer = &task, .actions = ALL, .recipients = 2};
	char shown[64];

	(void)state;
	show_plan(&facts, shown, sizeof(shown));
	assert_string_equal(shown, "550 5.7.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_has_its_answer),
		cmocka_unit_test(recipients_that_do_not_match_count_as_the_message),
	};

	return cmocka_run_group_tests_name("milter_plan", tests, NULL, NULL);
}
