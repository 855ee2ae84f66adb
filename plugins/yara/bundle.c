/* SPDX-License-Identifier: BSD-2-Clause */
#include "bundle.h"

#include "compile.h"
#include "scope.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>

/* What the rules of one file are for. */
struct profile {
	uint32_t scopes;
	struct yp_guard guard;
};

static void free_rules(struct yp_rule *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		yp_rule_free(&table[i]);
	free(table);
}

static const struct yp_source *source_of(const struct yp_source *const *sources, size_t count,
					 const YR_RULE *rule)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (strcmp(sources[i]->space, rule->ns->name) == 0)
			return sources[i];
	return sources[count - 1];
}

/* The metas of all rules of a compiled set, in the order of its table. */
static int parse_rules(YR_RULES *rules, const struct yp_source *const *sources, size_t count,
		       const struct yp_bundle_context *context, struct yp_trouble *trouble,
		       struct yp_rule **table_out, size_t *count_out)
{
	struct yp_rule_context rule_context = {.trouble = trouble, .now = context->now};
	struct yp_rule *table;
	const struct yp_source *source = sources[0];
	const YR_RULE *rule;
	size_t total = 0, done = 0;

	yr_rules_foreach(rules, rule) total++;
	table = calloc(total > 0 ? total : 1, sizeof(*table));
	if (table == NULL)
		return -ENOMEM;
	yr_rules_foreach(rules, rule)
	{
		/* Rules come file by file: most are of the file before. */
		if (strcmp(source->space, rule->ns->name) != 0)
			source = source_of(sources, count, rule);
		rule_context.source = source;
		rule_context.cap = source->imported ? context->extra_cap : context->cap;
		if (yp_rule_parse(&table[done], rule, &rule_context) != 0) {
			free_rules(table, done);
			return -ENOMEM;
		}
		done++;
	}
	*table_out = table;
	*count_out = total;
	return 0;
}

/* Whether no rule of the table says where it belongs. */
static bool all_open(const struct yp_rule *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!yp_guard_open(&table[i].guard) || table[i].scopes != YP_SCOPES_DEFAULT)
			return false;
	return true;
}

/*
 * What the reported rules of a file are for. When all of them ask the modules
 * for executables and none says more, the file runs where one can be.
 */
static int sum_up(const YR_RULES *rules, const struct yp_rule *table, size_t count,
		  const struct yp_uses *uses, struct profile *profile)
{
	for (size_t i = 0; i < count; i++) {
		int rc;

		/* Private rules count only through those that name them. */
		if (RULE_IS_PRIVATE(&rules->rules_table[i]))
			continue;
		if (profile->scopes == 0)
			rc = yp_guard_copy(&profile->guard, &table[i].guard);
		else
			rc = yp_guard_merge(&profile->guard, &table[i].guard);
		if (rc != 0)
			return rc;
		profile->scopes |= table[i].scopes;
	}
	if (profile->scopes != 0 && uses->rules > 0 && uses->rules == uses->executable &&
	    all_open(table, count))
		profile->guard.classes = 1u << ASSAY_CLASS_EXECUTABLE |
					 1u << ASSAY_CLASS_INSTALLER | 1u << ASSAY_CLASS_UNKNOWN;
	return 0;
}

static int add_to_bundle(struct yp_bundle *bundle, const struct yp_source *source)
{
	const struct yp_source **sources =
		reallocarray(bundle->sources, bundle->source_count + 1, sizeof(*sources));

	if (sources == NULL)
		return -ENOMEM;
	bundle->sources = sources;
	sources[bundle->source_count++] = source;
	return 0;
}

/* The profile's guard moves into the bundle or is left for the caller. */
static int place(struct yp_bundles *bundles, const struct yp_source *source,
		 struct profile *profile)
{
	struct yp_bundle *bundle;
	int rc;

	for (size_t i = 0; i < bundles->count; i++) {
		bundle = &bundles->items[i];
		if (bundle->exact_size == 0 && bundle->scopes == profile->scopes &&
		    yp_guard_equal(&bundle->guard, &profile->guard))
			return add_to_bundle(bundle, source);
	}
	/* One is kept for the canary. */
	if (bundles->count < YP_BUNDLES_MAX - 1) {
		bundle = &bundles->items[bundles->count++];
		*bundle = (struct yp_bundle){
			.scopes = profile->scopes,
			.guard = profile->guard,
		};
		profile->guard = (struct yp_guard){0};
		return add_to_bundle(bundle, source);
	}
	bundle = &bundles->items[bundles->count - 1];
	bundle->scopes |= profile->scopes;
	rc = yp_guard_merge(&bundle->guard, &profile->guard);
	return rc != 0 ? rc : add_to_bundle(bundle, source);
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Two rules of one name are one finding code: nobody could tell them apart. */
static int check_names(const YR_RULES *rules, const struct yp_source *source, void **names,
		       struct yp_trouble *trouble)
{
	const YR_RULE *rule;

	yr_rules_foreach(rules, rule)
	{
		char *name;

		if (RULE_IS_PRIVATE(rule))
			continue;
		if (strcmp(rule->identifier, YP_CANARY_RULE) == 0)
			yp_error(trouble, "%s: rule %s: this name is Assay's own", source->path,
				 rule->identifier);
		if (tfind(rule->identifier, names, compare_text) != NULL) {
			yp_warn(trouble, "%s: rule %s: another file has a rule of this name",
				source->path, rule->identifier);
			continue;
		}
		name = strdup(rule->identifier);
		if (name == NULL || tsearch(name, names, compare_text) == NULL) {
			free(name);
			return -ENOMEM;
		}
	}
	return 0;
}

/* 0 also when the file has mistakes: those are counted in the trouble. */
static int survey(struct yp_bundles *bundles, const struct yp_source *source, void **names,
		  struct yp_bundle_context *context)
{
	struct yp_uses uses = {0};
	const struct yp_compile compile = {
		.trouble = context->trouble,
		.uses = &uses,
		.hash = &context->hash,
		.newest = &context->newest,
	};
	struct profile profile = {0};
	struct yp_rule *table = NULL;
	YR_RULES *rules = NULL;
	size_t count = 0;
	int rc;

	if (!yp_compile(&compile, &source, 1, &rules))
		return 0;
	rc = parse_rules(rules, &source, 1, context, context->trouble, &table, &count);
	if (rc == 0)
		rc = check_names(rules, source, names, context->trouble);
	if (rc == 0)
		rc = sum_up(rules, table, count, &uses, &profile);
	if (rc == 0 && profile.scopes != 0)
		rc = place(bundles, source, &profile);
	context->uses.externals |= uses.externals;
	context->uses.clock |= uses.clock;
	yp_guard_free(&profile.guard);
	free_rules(table, count);
	yr_rules_destroy(rules);
	return rc;
}

/* The survey has logged all warnings; this pass says nothing new. */
static int compile_bundle(struct yp_bundle *bundle, const struct yp_bundle_context *context)
{
	const struct yp_compile compile = {.trouble = context->trouble, .quiet = true};
	struct yp_trouble silent = {
		.host = context->trouble->host,
		.warnings = YP_WARNINGS_LOGGED,
	};

	if (!yp_compile(&compile, bundle->sources, bundle->source_count, &bundle->rules))
		return -EINVAL;
	return parse_rules(bundle->rules, bundle->sources, bundle->source_count, context, &silent,
			   &bundle->table, &bundle->rule_count);
}

/* The sources go away after the load. */
static void forget_sources(struct yp_bundle *bundle)
{
	free(bundle->sources);
	bundle->sources = NULL;
	bundle->source_count = 0;
}

int yp_bundles_build(struct yp_bundles *bundles, const struct yp_sources *sources,
		     struct yp_bundle_context *context)
{
	void *names = NULL;
	int rc = 0;

	for (size_t i = 0; i < sources->count && rc == 0; i++)
		rc = survey(bundles, &sources->items[i], &names, context);
	tdestroy(names, free);
	if (rc == 0 && context->trouble->errors > 0)
		rc = -EINVAL;
	for (size_t i = 0; i < bundles->count && rc == 0; i++)
		if (bundles->items[i].rules == NULL)
			rc = compile_bundle(&bundles->items[i], context);
	for (size_t i = 0; i < bundles->count; i++)
		forget_sources(&bundles->items[i]);
	return rc;
}

int yp_bundles_add_exact(struct yp_bundles *bundles, const struct yp_source *source,
			 size_t exact_size, struct yp_bundle_context *context)
{
	struct yp_bundle *bundle = &bundles->items[bundles->count];
	int rc;

	if (bundles->count == YP_BUNDLES_MAX)
		return -ENOSPC;
	*bundle = (struct yp_bundle){.scopes = YP_SCOPES_ALL, .exact_size = exact_size};
	bundles->count++;
	rc = add_to_bundle(bundle, source);
	if (rc == 0)
		rc = compile_bundle(bundle, context);
	forget_sources(bundle);
	return rc;
}

int yp_bundles_open(struct yp_bundles *bundles)
{
	for (size_t i = 0; i < bundles->count; i++) {
		struct yp_bundle *bundle = &bundles->items[i];

		if (bundle->scanner == NULL &&
		    yr_scanner_create(bundle->rules, &bundle->scanner) != ERROR_SUCCESS) {
			bundle->scanner = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

void yp_bundles_free(struct yp_bundles *bundles)
{
	for (size_t i = 0; i < bundles->count; i++) {
		struct yp_bundle *bundle = &bundles->items[i];

		if (bundle->scanner != NULL)
			yr_scanner_destroy(bundle->scanner);
		free_rules(bundle->table, bundle->rule_count);
		if (bundle->rules != NULL)
			yr_rules_destroy(bundle->rules);
		yp_guard_free(&bundle->guard);
		forget_sources(bundle);
	}
	bundles->count = 0;
}

bool yp_bundle_fits(const struct yp_bundle *bundle, const struct assay_object *object,
		    uint32_t scopes)
{
	if (bundle->exact_size != 0 && object->data.size != bundle->exact_size)
		return false;
	return (bundle->scopes & scopes) != 0 && yp_guard_fits(&bundle->guard, object);
}
