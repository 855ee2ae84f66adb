/* SPDX-License-Identifier: BSD-2-Clause */
#include "layers.h"

/* libclamav cuts at the end of an output block, below its limit: 576 octets
 * below 1,000,000 were measured for deflate. */
#define CUT_SLACK_BYTES 65536u

void clam_layers_announce(struct clam_layers *layers, const char *container, const char *name,
			  uint64_t size)
{
	clam_name_via(container, layers->container);
	if (clam_name_is_real(name))
		clam_announced_push(&layers->announced, name, size);
}

static bool is_html(const char *type)
{
	return strcmp(type, "CL_TYPE_HTML") == 0 || strcmp(type, "CL_TYPE_HTML_UTF16") == 0;
}

/* Compares what is there with what was promised and with the limits. */
static enum clam_announcement check_size(struct clam_layers *layers, const struct clam_inner *inner)
{
	uint64_t limit = layers->state->settings.max_file_bytes;
	bool at_limit = inner->size >= limit || limit - inner->size <= CUT_SLACK_BYTES;
	enum clam_announcement found = CLAM_ANNOUNCED_NOT;

	if (inner->name != NULL)
		found = clam_announced_find(&layers->announced, inner->name, inner->size);
	if (at_limit && found != CLAM_ANNOUNCED_WHOLE)
		layers->cut = true;
	else if (found == CLAM_ANNOUNCED_CUT)
		layers->truncated = true;
	if (is_html(inner->type) && inner->size > layers->state->html_max_bytes)
		layers->html_skipped = true;
	return found;
}

/*
 * The word for how the inner file came to be: the type of the file around it.
 * libclamav does not show every layer (an archive in the middle of a PDF is
 * left out), so the sizes must agree; else the newest directory tells.
 */
static const char *via_of(const struct clam_layers *layers, const struct clam_inner *inner,
			  bool member)
{
	const struct clam_layer *parent = &layers->at[inner->level - 1];

	if (member && layers->container[0] != '\0')
		return layers->container;
	if (parent->via[0] != '\0' && parent->size == inner->parent_size)
		return parent->via;
	return layers->at[0].via;
}

static bool is_wanted(struct clam_layers *layers, const struct clam_inner *inner)
{
	const struct assay_host *host = layers->state->host;

	if (layers->stopped || inner->data.data == NULL || inner->size < CLAM_CHILD_MIN_BYTES)
		return false;
	/* Texts rewritten for signatures: lower case, no comments. Other rules
	 * would see what no reader sees. */
	if ((inner->attributes & LAYER_ATTRIBUTES_NORMALIZED) != 0)
		return false;
	return !host->seen(layers->scan, inner->data);
}

static void emit(struct clam_layers *layers, const struct clam_inner *inner, bool member)
{
	const struct assay_host *host = layers->state->host;
	struct assay_child child = {
		.data = inner->data,
		.via = via_of(layers, inner, member),
		.origin = member ? ASSAY_ORIGIN_MEMBER : ASSAY_ORIGIN_DERIVED,
	};

	if (layers->emitted == CLAM_CHILDREN_MAX) {
		layers->stopped = layers->crowded = true;
		return;
	}
	if (host->charge(layers->scan, layers->object, inner->size) < 0) {
		layers->stopped = true;
		return;
	}
	if (member) {
		child.name = inner->name;
		child.name_length = strlen(inner->name);
	} else {
		child.label = "clamav";
	}
	layers->emitted++;
	if (host->emit(layers->scan, layers->object, &child) < 0)
		layers->stopped = true;
}

void clam_layers_push(struct clam_layers *layers, const struct clam_inner *inner)
{
	enum clam_announcement found;
	bool member;

	if (inner->level > CLAM_LEVELS_MAX)
		return;
	clam_name_via(inner->type, layers->at[inner->level].via);
	layers->at[inner->level].size = inner->size;
	if (inner->level == 0) {
		layers->outer_seen = true;
		layers->outer_html = is_html(inner->type);
		return;
	}
	found = check_size(layers, inner);
	/* Other names are those of temporary files, hashes of OLE2 streams. */
	member = found != CLAM_ANNOUNCED_NOT;
	if (is_wanted(layers, inner))
		emit(layers, inner, member);
}

void clam_layers_deinit(struct clam_layers *layers)
{
	clam_announced_deinit(&layers->announced);
}
