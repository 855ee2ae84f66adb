/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_CMS_READ_H
#define ASSAY_SMIME_CMS_READ_H

#include "smime/cms.h"

/*
 * What the parts of the CMS parser share: going into elements whose end is not
 * known yet, one sentence that says which field is wrong, arrays that grow.
 *
 * Large constructed elements are entered, not stepped over, so that an object
 * with indefinite lengths is not walked once per level, and that of one that is
 * cut off everything in front of the cut is told.
 */
struct cms_reader {
	struct as_arena *arena;
	struct as_cms_parse *parse;
	uint64_t announced; /* octets of a whole that is not all there, or 0 */
	size_t available;   /* of them */
	const char *owner;  /* of the fields that are read: "signer", "recipient" or NULL */
	size_t number;	    /* of the owner, from 1 */
};

/* A constructed element from within. */
struct cms_level {
	struct as_span rest; /* not read yet; may go on behind the end if indefinite */
	bool indefinite;     /* ends with end-of-contents */
	bool open_end;	     /* nothing but the end of the input bounds it */
};

/* All return false, so that a reader can end with them. The first cause stays. */
bool cms_fail(struct cms_reader *reader, const char *field, const char *why);
bool cms_out_of_memory(struct cms_reader *reader);
/* Reading goes on, with what is too many left out. */
void cms_limit(struct cms_reader *reader, unsigned int limit, const char *what);

/* What has been read since the rest of this level was begin. */
struct as_span cms_since(struct as_span begin, const struct cms_level *level);
/* The inside of an element that has been read. */
struct cms_level cms_inside(const struct as_ber *element);
bool cms_enter(struct cms_reader *reader, struct cms_level *parent, enum as_ber_class class,
	       uint32_t tag, const char *field, struct cms_level *child_out);
/* child has to be at its end; parent goes on behind it. */
bool cms_leave(struct cms_reader *reader, struct cms_level *child, struct cms_level *parent,
	       const char *field);
/* For a level of cms_inside: nothing may be left. */
bool cms_finish(struct cms_reader *reader, const struct cms_level *level, const char *field);
/* Over all members that are left. */
bool cms_skip(struct cms_reader *reader, struct cms_level *level, const char *field);

/* Whether a member is left, and whether the next one is this. */
bool cms_more(const struct cms_level *level);
bool cms_is(const struct cms_level *level, enum as_ber_class class, uint32_t tag);

/* The next member; field is its ASN.1 name. */
bool cms_take_any(struct cms_reader *reader, struct cms_level *level, const char *field,
		  struct as_ber *element_out);
bool cms_take(struct cms_reader *reader, struct cms_level *level, enum as_ber_class class,
	      uint32_t tag, const char *field, struct as_ber *element_out);
bool cms_take_uint(struct cms_reader *reader, struct cms_level *level, const char *field,
		   uint64_t *value_out);
bool cms_take_oid(struct cms_reader *reader, struct cms_level *level, const char *field,
		  struct as_span *oid_out);
/* An OCTET STRING, or what has the context tag in its place, joined. */
bool cms_take_octets(struct cms_reader *reader, struct cms_level *level, enum as_ber_class class,
		     uint32_t tag, const char *field, struct as_span *octets_out);
/* An AlgorithmIdentifier, or what has the context tag in its place. */
bool cms_take_algorithm(struct cms_reader *reader, struct cms_level *level, enum as_ber_class class,
			uint32_t tag, const char *field, struct as_cms_algorithm *algorithm_out);
/* IssuerAndSerialNumber, or [0] SubjectKeyIdentifier. */
bool cms_take_identifier(struct cms_reader *reader, struct cms_level *level, const char *field,
			 struct as_cms_identifier *identifier_out);

bool cms_algorithm_inside(const struct as_ber *element, struct as_cms_algorithm *algorithm_out);

/* An array in the arena; memory given up while it grows is at most what it has. */
struct cms_list {
	void *items;
	size_t count, capacity;
	size_t item_bytes;
};
/* A copy of *item at the end. */
bool cms_push(struct as_arena *arena, struct cms_list *list, const void *item);

/* A SET OF Attribute from within, into a list of struct as_cms_attribute. */
bool cms_attributes(struct cms_reader *reader, struct cms_level *level, struct cms_list *list,
		    bool *too_many_out);

/* The content types, each from within its SEQUENCE. */
bool cms_signed_data(struct cms_reader *reader, struct cms_level *level);
bool cms_digest_algorithms(struct cms_reader *reader, struct cms_level *level);
/* Certificates, CRLs and signers, as SignedData ends. */
bool cms_signed_tail(struct cms_reader *reader, struct cms_level *level);
bool cms_encapsulated(struct cms_reader *reader, struct cms_level *level);
bool cms_digested_data(struct cms_reader *reader, struct cms_level *level);
bool cms_compressed_data(struct cms_reader *reader, struct cms_level *level);
bool cms_enveloped_data(struct cms_reader *reader, struct cms_level *level);
bool cms_signed_and_enveloped_data(struct cms_reader *reader, struct cms_level *level);
bool cms_encrypted_data(struct cms_reader *reader, struct cms_level *level);
bool cms_authenveloped_data(struct cms_reader *reader, struct cms_level *level);
bool cms_authenticated_data(struct cms_reader *reader, struct cms_level *level);
bool cms_recipient_infos(struct cms_reader *reader, struct cms_level *level);

#endif
