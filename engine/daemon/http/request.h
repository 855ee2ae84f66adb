/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_REQUEST_H
#define ASSAY_DAEMON_HTTP_REQUEST_H

#include "daemon/http/connection.h"
#include "daemon/http/fields.h"

/*
 * One request: found by path and method, its body handed on as it arrives,
 * and one answer.
 */
struct as_http_route {
	const char *path;
	bool post;     /* POST; else GET and HEAD */
	bool queries;  /* takes policy and detail behind the question mark */
	bool envelope; /* takes Assay-* fields */
	/*
	 * Each returns false with the problem filled, which is then the answer.
	 * begin: the header is there. body: some of its octets; NULL: there is
	 * no use for any. end: the request is complete; the answer has been
	 * queued, or will be after as_http_connection_suspend(). leave: frees
	 * request->state, whatever it waits for; any number of calls.
	 */
	bool (*begin)(struct as_http_request *request, struct as_http_problem *problem);
	bool (*body)(struct as_http_request *request, struct as_span octets,
		     struct as_http_problem *problem);
	bool (*end)(struct as_http_request *request, struct as_http_problem *problem);
	void (*leave)(struct as_http_request *request);
};

extern const struct as_http_route as_http_routes[];
extern const size_t as_http_route_count;
extern const struct as_http_route as_http_control_routes[];
extern const size_t as_http_control_route_count;

struct as_http_request {
	struct as_http_connection *connection;
	const struct as_http_route *route; /* NULL: none of ours */
	bool head;			   /* HEAD: an answer has no body */
	bool interim;			   /* the client knows 1xx responses */
	bool gone;			   /* nobody waits for an answer */
	struct as_http_fields fields;
	struct as_http_query query;
	struct as_http_envelope envelope;
	/* Decided, and told when the body has been read. */
	struct as_http_problem refusal;
	uint64_t discarded;
	void *state; /* the route's */
};

/* What libmicrohttpd calls. */
void *as_http_request_line(void *server, const char *line, struct MHD_Connection *mhd);
enum MHD_Result as_http_request_handle(void *server, struct MHD_Connection *mhd, const char *path,
				       const char *method, const char *version, const char *octets,
				       size_t *size_io, void **request_io);
void as_http_request_over(void *server, struct MHD_Connection *mhd, void **request_io,
			  enum MHD_RequestTerminationCode code);

/* The client has left while the request was worked on. */
void as_http_request_gone(struct as_http_request *request);
bool as_http_request_takes_interim(const struct as_http_request *request);

/* An answer: fields are pairs of name and value, ended by NULL. */
struct as_http_answer {
	unsigned int status;
	const char *type;
	const char *const *fields;
};
/* Takes the memory of body, also when it fails. False: there is no memory, the
 * connection is lost. */
bool as_http_request_answer(struct as_http_request *request, const struct as_http_answer *answer,
			    struct as_buffer *body);
/* The same with a copy. */
bool as_http_request_answer_copy(struct as_http_request *request,
				 const struct as_http_answer *answer, struct as_span body);
bool as_http_request_problem(struct as_http_request *request,
			     const struct as_http_problem *problem);
/* Goes on after as_http_connection_suspend(). answered: what the calls above
 * said. */
void as_http_request_resume(struct as_http_request *request, bool answered);

#endif
