/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_SMIME_H
#define ASSAY_INSPECT_SMIME_H

#include "inspect/scan.h"

/*
 * S/MIME within the inspection: the layers of one tree are judged where the walk
 * meets them, what they hold becomes an object and is inspected like everything
 * else, and at the end the notes of all mails become findings.
 */
struct as_smime_entry;

/* One mail's part of a tree: from its root, or the root of a layer's content,
 * down to where an inner mail begins. */
struct as_smime_view {
	const struct as_mime_tree *tree;
	const struct as_entity *root;
	struct as_smime_place place; /* of root; without mail: S/MIME is off */
	struct as_smime_entry *entries;
};

/* object holds root, as a message or as the content of a layer. */
void as_smime_view_init(struct as_smime_view *view, struct assay_scan *scan,
			struct as_object *object, const struct as_mime_tree *tree,
			const struct as_entity *root, bool inner);

/*
 * To be called for each entity before what stands below it: judges a
 * clear-signed one and everything else that is a layer, and inspects what a
 * layer holds. carrier is the object that findings are reported on and that
 * the content is a child of; path is the entity's.
 */
void as_smime_visit(struct as_smime_view *view, struct assay_scan *scan,
		    const struct as_entity *entity, struct as_object *carrier, const char *path);

/* Whether an entity stands in a signed layer. */
bool as_smime_is_signed(const struct as_smime_view *view, const struct as_entity *entity);

/* Whether the octets of an object that is no entity are a bare CMS object, and
 * its unpacking. */
bool as_smime_is_bare(const struct assay_scan *scan, const struct as_object *object);
void as_smime_unpack(struct assay_scan *scan, struct as_object *object, void *context);

/* Once, at the start of a scan and at its end. */
void as_smime_begin(struct assay_scan *scan);
void as_smime_conclude(struct assay_scan *scan);

#endif
