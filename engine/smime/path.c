/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_own.h"

#include "smime/trust_own.h"

#include <stdio.h>

/* A sentence with two names. */
#define TEXT_BYTES 512u

/* What is told first: what keeps a judgement away, then what no time heals. */
static const uint32_t order[] = {
	AS_SMIME_FAULT_LIMIT,	     AS_SMIME_FAULT_UNSUPPORTED,  AS_SMIME_FAULT_PATH,
	AS_SMIME_FAULT_UNTRUSTED,    AS_SMIME_FAULT_REVOKED,	  AS_SMIME_FAULT_EXPIRED,
	AS_SMIME_FAULT_NOT_YET,	     AS_SMIME_FAULT_KEY_USAGE,	  AS_SMIME_FAULT_EKU,
	AS_SMIME_FAULT_REVOCATION,   AS_SMIME_FAULT_WEAK_MD5,	  AS_SMIME_FAULT_WEAK_KEY,
	AS_SMIME_FAULT_WEAK_SHA1,    AS_SMIME_FAULT_WEAK_RSA1024, AS_SMIME_FAULT_WEAK_DSA,
	AS_SMIME_FAULT_WEAK_DSA1024,
};

void as_path_fault(struct as_path_outcome *outcome, struct as_arena *arena, uint32_t fault,
		   const char *format, ...)
{
	char text[TEXT_BYTES];
	struct as_path_text *item;
	va_list values;

	for (item = outcome->first; item != NULL; item = item->next)
		if (item->fault == fault)
			return;
	outcome->faults |= fault;
	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	item = as_arena_alloc(arena, sizeof(*item));
	if (item == NULL)
		return;
	item->fault = fault;
	item->text = as_arena_strdup(arena, text);
	if (item->text == NULL)
		return;
	if (outcome->last == NULL)
		outcome->first = item;
	else
		outcome->last->next = item;
	outcome->last = item;
}

const char *as_path_subject(struct as_arena *arena, const X509 *cert)
{
	return as_cert_name(arena, X509_get_subject_name(cert), AS_PATH_NAME_MAX);
}

static struct as_path_text *find_text(const struct as_path_outcome *outcome, uint32_t fault)
{
	for (struct as_path_text *item = outcome->first; item != NULL; item = item->next)
		if (item->fault == fault)
			return item;
	return NULL;
}

/* Copies, so that the list they come from stays whole while it is searched. */
static const struct as_path_text *sort_texts(const struct as_path_outcome *outcome,
					     struct as_arena *arena)
{
	struct as_path_text *first = NULL, **end = &first;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct as_path_text *found = find_text(outcome, order[i]);

		if (found == NULL)
			continue;
		*end = as_arena_alloc(arena, sizeof(**end));
		if (*end == NULL)
			break;
		**end = (struct as_path_text){.fault = found->fault, .text = found->text};
		end = &(*end)->next;
	}
	return first;
}

static const char *first_reason(const struct as_path_result *result)
{
	for (const struct as_path_text *item = result->texts; item != NULL; item = item->next)
		if ((item->fault & result->faults & ~result->allowed) != 0)
			return item->text;
	return "";
}

static void list_subjects(const struct as_path_outcome *outcome, struct as_arena *arena,
			  struct as_path_result *result)
{
	const char **subjects = as_arena_array(arena, outcome->count, sizeof(*subjects));

	if (subjects == NULL)
		return;
	for (size_t i = 0; i < outcome->count; i++)
		subjects[i] = as_cert_name(arena, X509_get_subject_name(outcome->path[i]),
					   AS_CERT_NAME_MAX);
	result->subjects = subjects;
	result->subject_count = outcome->count;
}

void as_path_check(const struct as_path_request *request, struct as_path_result *result_out)
{
	const struct as_smime_settings *settings = &request->trust->settings;
	struct as_path_outcome best;

	as_path_search(request, &best);
	*result_out = (struct as_path_result){
		.chain = best.chain,
		.revocation = best.revocation,
		.faults = best.faults,
		.allowed = best.faults & ~as_smime_faults_left(best.faults, settings->allow),
		.hard = settings->revocation == AS_SMIME_REVOCATION_HARD,
	};
	if (best.revocation == AS_SMIME_REVOCATION_UNCHECKED &&
	    settings->revocation == AS_SMIME_REVOCATION_NONE)
		result_out->revocation = AS_SMIME_REVOCATION_OFF;
	result_out->texts = sort_texts(&best, request->arena);
	result_out->reason = first_reason(result_out);
	if (best.anchored && best.faults == 0)
		for (size_t i = 1; i + 1 < best.count; i++)
			as_recall_keep(request->trust->recall, best.path[i]);
	list_subjects(&best, request->arena, result_out);
}
