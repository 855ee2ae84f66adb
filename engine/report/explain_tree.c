/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "report/colour.h"
#include "report/text.h"
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>

/* Levels that are drawn one below the other; inspection goes to 64. What a
 * worker claims to be deeper stands beside its parent. */
#define DEPTH_MAX 70u
#define NONE	  SIZE_MAX

struct node {
	const json_t *object;
	const char *path;
	size_t parent, first, last, next;
	unsigned int depth;
};

struct forest {
	struct node *nodes;
	size_t count;
	const json_t **findings; /* sorted by path, as the verdict is */
	bool *drawn;
	size_t finding_count;
};

static int compare_findings(const void *a, const void *b)
{
	const json_t *x = *(const json_t *const *)a;
	const json_t *y = *(const json_t *const *)b;
	int order = strcmp(as_view_text(x, "path", NULL), as_view_text(y, "path", NULL));

	return order != 0 ? order
			  : strcmp(as_view_text(x, "code", NULL), as_view_text(y, "code", NULL));
}

static void link_node(struct forest *forest, size_t index)
{
	struct node *node = &forest->nodes[index];
	const json_t *number = as_view_member(node->object, "parent", NULL);
	size_t parent = index > 0 && json_integer_value(number) >= 0
				? (size_t)json_integer_value(number)
				: NONE;

	if (parent != NONE && parent >= index)
		parent = 0;
	if (parent != NONE && forest->nodes[parent].depth + 1 >= DEPTH_MAX)
		parent = forest->nodes[parent].parent;
	node->parent = parent;
	if (parent == NONE)
		return;
	node->depth = forest->nodes[parent].depth + 1;
	if (forest->nodes[parent].last == NONE)
		forest->nodes[parent].first = index;
	else
		forest->nodes[forest->nodes[parent].last].next = index;
	forest->nodes[parent].last = index;
}

static int plant(const json_t *verdict, struct forest *forest)
{
	const json_t *objects = as_view_member(verdict, "objects", NULL);
	const json_t *findings = as_view_member(verdict, "findings", NULL);

	forest->count = json_array_size(objects);
	forest->finding_count = json_array_size(findings);
	forest->nodes = calloc(forest->count + 1, sizeof(*forest->nodes));
	forest->findings = calloc(forest->finding_count + 1, sizeof(*forest->findings));
	forest->drawn = calloc(forest->finding_count + 1, sizeof(*forest->drawn));
	if (forest->nodes == NULL || forest->findings == NULL || forest->drawn == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < forest->finding_count; i++)
		forest->findings[i] = json_array_get(findings, i);
	qsort(forest->findings, forest->finding_count, sizeof(*forest->findings), compare_findings);
	for (size_t i = 0; i < forest->count; i++) {
		struct node *node = &forest->nodes[i];

		node->object = json_array_get(objects, i);
		node->path = as_view_text(node->object, "path", NULL);
		node->first = node->last = node->next = NONE;
		link_node(forest, i);
	}
	return 0;
}

struct explain_lines {
	const char *pass, *blank, *fork, *corner;
};

/* The lines of the tree that stand before a node. */
static void put_branches(const struct forest *forest, const struct explain_lines *lines,
			 size_t index, bool own_line, struct as_buffer *out)
{
	size_t chain[DEPTH_MAX];
	size_t depth = 0;

	for (size_t at = index; forest->nodes[at].parent != NONE && depth < DEPTH_MAX;
	     at = forest->nodes[at].parent)
		chain[depth++] = at;
	while (depth-- > 0) {
		bool more = forest->nodes[chain[depth]].next != NONE;

		if (depth == 0 && own_line)
			as_buffer_text(out, more ? lines->fork : lines->corner);
		else
			as_buffer_text(out, more ? lines->pass : lines->blank);
	}
}

static void put_range(const json_t *object, struct as_buffer *out)
{
	const json_t *range = as_view_member(object, "range", NULL);

	if (json_array_size(range) != 3)
		return;
	as_buffer_printf(out, "  [%llu %llu %llu]",
			 (unsigned long long)as_view_number(json_array_get(range, 0), NULL),
			 (unsigned long long)as_view_number(json_array_get(range, 1), NULL),
			 (unsigned long long)as_view_number(json_array_get(range, 2), NULL));
}

static void put_list(const struct as_explain_style *style, struct as_buffer *out, const char *title,
		     const json_t *list, const char *quote)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		as_buffer_printf(out, "%s%s", i == 0 ? title : ", ", quote);
		as_explain_put(style, out, AS_COLOUR_PLAIN, as_view_item(list, i));
		as_buffer_text(out, quote);
	}
}

/* The path below the parent's; the root has none. */
static const char *label(const struct forest *forest, const struct node *node)
{
	size_t size;

	if (node->path[0] == '\0')
		return as_view_text(node->object, "origin", NULL);
	if (node->parent == NONE)
		return node->path;
	size = strlen(forest->nodes[node->parent].path);
	if (size > 0 && strncmp(node->path, forest->nodes[node->parent].path, size) == 0 &&
	    (node->path[size] == '/' || node->path[size] == '.'))
		return node->path + size + 1;
	return node->path;
}

static void put_object(const struct forest *forest, const struct node *node,
		       const struct as_explain_style *style, struct as_buffer *out)
{
	const char *type = as_view_text(node->object, "type", NULL);
	const char *declared = as_view_text(node->object, "declared", NULL);
	const char *via = as_view_text(node->object, "via", NULL);

	as_explain_put(style, out, AS_COLOUR_BOLD, label(forest, node));
	as_buffer_text(out, "  ");
	as_explain_put(style, out, AS_COLOUR_PLAIN, type[0] != '\0' ? type : "unknown type");
	as_buffer_text(out, " (");
	as_explain_put(style, out, AS_COLOUR_PLAIN, as_view_text(node->object, "class", NULL));
	if (declared[0] != '\0' && strcmp(declared, type) != 0) {
		as_buffer_text(out, ", declared ");
		as_explain_put(style, out, AS_COLOUR_PLAIN, declared);
	}
	if (via[0] != '\0') {
		as_buffer_text(out, ", from ");
		as_explain_put(style, out, AS_COLOUR_PLAIN, via);
	}
	as_buffer_text(out, ")  ");
	as_text_number(out, as_view_number(node->object, "size", NULL));
	as_buffer_text(out, " octets");
	put_range(node->object, out);
	put_list(style, out, "  ", as_view_member(node->object, "flags", NULL), "");
	as_buffer_text(out, "  ");
	as_text_duration(out, as_view_number(node->object, "us", NULL));
	as_buffer_byte(out, '\n');
}

/* The first finding of that path, by halves. */
static size_t first_finding(const struct forest *forest, const char *path)
{
	size_t low = 0, high = forest->finding_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(as_view_text(forest->findings[middle], "path", NULL), path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void put_findings(struct forest *forest, const struct node *node, const char *indent,
			 const struct as_explain_style *style, struct as_buffer *out)
{
	for (size_t i = first_finding(forest, node->path);
	     i < forest->finding_count && !forest->drawn[i] &&
	     strcmp(as_view_text(forest->findings[i], "path", NULL), node->path) == 0;
	     i++) {
		as_explain_finding(style, out, indent, forest->findings[i]);
		forest->drawn[i] = true;
	}
}

static int put_node(struct forest *forest, size_t index, const struct explain_lines *lines,
		    const struct as_explain_style *style, struct as_buffer *out)
{
	const struct node *node = &forest->nodes[index];
	const json_t *names = as_view_member(node->object, "names", NULL);
	struct as_buffer indent;

	as_buffer_init(&indent, 0);
	put_branches(forest, lines, index, false, &indent);
	as_buffer_text(&indent, node->first != NONE ? lines->pass : lines->blank);
	if (!as_buffer_byte(&indent, '\0')) {
		as_buffer_deinit(&indent);
		return -ENOMEM;
	}
	put_branches(forest, lines, index, true, out);
	put_object(forest, node, style, out);
	if (json_array_size(names) > 0) {
		as_buffer_text(out, (const char *)indent.data);
		put_list(style, out, "named ", names, "\"");
		as_buffer_byte(out, '\n');
	}
	put_findings(forest, node, (const char *)indent.data, style, out);
	as_buffer_deinit(&indent);
	return 0;
}

/* The next node before the children of its successors; NONE at the end. */
static size_t successor(const struct forest *forest, size_t at)
{
	if (forest->nodes[at].first != NONE)
		return forest->nodes[at].first;
	while (at != NONE && forest->nodes[at].next == NONE)
		at = forest->nodes[at].parent;
	return at != NONE ? forest->nodes[at].next : NONE;
}

int as_explain_objects(const json_t *verdict, const struct as_explain_style *style,
		       struct as_buffer *out)
{
	static const struct explain_lines ascii = {"|  ", "   ", "+- ", "`- "};
	static const struct explain_lines drawn = {
		"\xe2\x94\x82  ", "   ", "\xe2\x94\x9c\xe2\x94\x80 ", "\xe2\x94\x94\xe2\x94\x80 "};
	const struct explain_lines *lines = style->unicode ? &drawn : &ascii;
	struct forest forest = {.nodes = NULL};
	int rc = plant(verdict, &forest);

	if (rc == 0) {
		as_explain_put(style, out, AS_COLOUR_BOLD, "objects");
		as_buffer_text(out, "  [header, body, end: offsets in the message]\n");
	}
	for (size_t root = 0; rc == 0 && root < forest.count; root++) {
		if (forest.nodes[root].parent != NONE)
			continue;
		for (size_t at = root; rc == 0 && at != NONE; at = successor(&forest, at))
			rc = put_node(&forest, at, lines, style, out);
	}
	for (size_t i = 0; rc == 0 && i < forest.finding_count; i++)
		if (!forest.drawn[i])
			as_explain_finding(style, out, "", forest.findings[i]);
	free(forest.nodes);
	free(forest.findings);
	free(forest.drawn);
	return rc;
}
