/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

/* One message, waiting, on its way, or waiting to be sent again. */
struct transfer {
	TAILQ_ENTRY(transfer) link;
	struct as_sender *sender;
	struct as_scanner_job job;
	CURL *easy; /* NULL while it waits */
	struct curl_slist *fields;
	uint64_t sent; /* octets of the message */
	bool cut;      /* the file is shorter than it was */
	uint64_t first_us, again_us;
	struct as_buffer body;
};

struct as_sender {
	struct as_sender_settings settings;
	CURLM *multi;
	char *url;
	uint32_t jobs, active;
	bool answered; /* there was an answer: a daemon is there */
	TAILQ_HEAD(, transfer) waiting, running;
	as_scanner_done *done; /* during poll */
	void *done_context;
};

static size_t on_read(char *out, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	uint64_t left = transfer->job.size - transfer->sent;
	size_t want = size * count < left ? size * count : (size_t)left;
	ssize_t n = 0;

	if (want > 0) {
		do
			n = pread(transfer->job.fd, out, want,
				  (off_t)(transfer->job.offset + transfer->sent));
		while (n < 0 && errno == EINTR);
		if (n <= 0) {
			transfer->cut = true;
			return CURL_READFUNC_ABORT;
		}
	}
	transfer->sent += (uint64_t)n;
	return (size_t)n;
}

/* An idle connection that the daemon had closed makes curl begin again. */
static int on_seek(void *context, curl_off_t offset, int origin)
{
	struct transfer *transfer = context;

	if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > transfer->job.size)
		return CURL_SEEKFUNC_CANTSEEK;
	transfer->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static bool prepare(struct transfer *transfer)
{
	const struct as_sender *sender = transfer->sender;
	CURL *easy = transfer->easy;

	return as_remote_prepare(easy, sender->settings.endpoint) &&
	       curl_easy_setopt(easy, CURLOPT_URL, sender->url) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				(curl_off_t)transfer->job.size) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_READDATA, transfer) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->fields) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer->body) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, AS_SEND_ANSWER_MS) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK &&
	       curl_multi_add_handle(sender->multi, easy) == CURLM_OK;
}

static void hang_up(struct transfer *transfer)
{
	if (transfer->easy == NULL)
		return;
	curl_multi_remove_handle(transfer->sender->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->fields);
	transfer->easy = NULL;
	transfer->fields = NULL;
}

static void free_transfer(struct transfer *transfer)
{
	hang_up(transfer);
	as_buffer_deinit(&transfer->body);
	free(transfer);
}

static int begin(struct as_sender *sender, struct transfer *transfer)
{
	transfer->fields =
		as_request_fields(sender->settings.options, &transfer->job, sender->settings.error);
	if (transfer->fields == NULL)
		return sender->settings.error->code;
	transfer->sent = 0;
	transfer->cut = false;
	as_buffer_clear(&transfer->body);
	if (transfer->first_us == 0)
		transfer->first_us = as_clock_us(sender->settings.clock);
	transfer->easy = curl_easy_init();
	TAILQ_REMOVE(&sender->waiting, transfer, link);
	TAILQ_INSERT_TAIL(&sender->running, transfer, link);
	sender->active++;
	if (transfer->easy == NULL) {
		curl_slist_free_all(transfer->fields);
		transfer->fields = NULL;
		return -ENOMEM;
	}
	return prepare(transfer) ? 0 : -ENOMEM;
}

static int begin_waiting(struct as_sender *sender)
{
	uint64_t now = as_clock_us(sender->settings.clock);
	struct transfer *transfer, *next;
	int rc = 0;

	for (transfer = TAILQ_FIRST(&sender->waiting);
	     rc == 0 && transfer != NULL && sender->active < sender->jobs; transfer = next) {
		next = TAILQ_NEXT(transfer, link);
		if (transfer->again_us <= now)
			rc = begin(sender, transfer);
	}
	return rc;
}

/* The end of a message; result has no verdict when words say why. */
static void finish(struct transfer *transfer, struct as_scanner_result *result, const char *words)
{
	struct as_sender *sender = transfer->sender;

	if (words != NULL)
		sender->settings.tell(sender->settings.context, &transfer->job, words);
	result->cookie = transfer->job.cookie;
	result->attempts = 1;
	result->changed_fd = -1;
	sender->done(sender->done_context, result);
	TAILQ_REMOVE(&sender->running, transfer, link);
	sender->active--;
	free_transfer(transfer);
}

static void give_up(struct transfer *transfer, const char *words)
{
	struct as_scanner_result result = {
		.outcome = AS_OUTCOME_NO_WORKER,
		.summary = {.action = ASSAY_ACTION_TEMPFAIL},
	};

	finish(transfer, &result, words);
}

/* False when the time for this message is over. */
static bool try_again(struct transfer *transfer, uint64_t pause_us)
{
	struct as_sender *sender = transfer->sender;
	uint64_t now = as_clock_us(sender->settings.clock);
	uint64_t until = transfer->first_us + sender->settings.options->wait_s * UINT64_C(1000000);

	if (now >= until)
		return false;
	transfer->again_us = now + pause_us < until ? now + pause_us : until;
	hang_up(transfer);
	TAILQ_REMOVE(&sender->running, transfer, link);
	sender->active--;
	/* In front, so that the order of the input is not held up. */
	TAILQ_INSERT_HEAD(&sender->waiting, transfer, link);
	return true;
}

static int take_verdict(struct transfer *transfer)
{
	struct as_sender *sender = transfer->sender;
	struct as_scanner_result result = {.outcome = AS_OUTCOME_DONE};
	struct as_buffer json;
	int rc;

	as_buffer_init(&json, 0);
	rc = as_request_verdict(&transfer->job, as_buffer_span(&transfer->body), &json,
				&result.summary, &result.outcome);
	result.json = as_buffer_span(&json);
	if (rc == 0)
		finish(transfer, &result, NULL);
	else if (rc == AS_E_PROTOCOL)
		as_error_set(sender->settings.error, rc, "%s: the answer is no verdict",
			     sender->settings.endpoint->text);
	as_buffer_deinit(&json);
	return rc;
}

static uint64_t pause_of(CURL *easy)
{
	curl_off_t seconds = 0;

	curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
	return seconds > 0 ? (uint64_t)seconds * 1000000u : AS_SEND_PAUSE_MS * UINT64_C(1000);
}

/*
 * An answer that is no verdict. What is true of this message only (too large,
 * empty, no room) leaves the others their turn; what the daemon has against
 * the request itself, it would say of each.
 */
static int take_refusal(struct transfer *transfer, long status)
{
	struct as_sender *sender = transfer->sender;
	struct as_remote_reply reply = {.status = status, .body = transfer->body};
	bool full = status == 503 || status == 429;
	struct as_buffer words;

	if (full && try_again(transfer, pause_of(transfer->easy)))
		return 0;
	if (!full && status != 413 && (status != 400 || transfer->job.size > 0))
		return as_remote_refusal(sender->settings.endpoint, &reply, sender->settings.error);
	as_buffer_init(&words, 0);
	as_remote_problem(status, as_buffer_span(&transfer->body), &words);
	as_buffer_byte(&words, '\0');
	give_up(transfer, words.failed ? as_code_text(-ENOMEM) : (const char *)words.data);
	as_buffer_deinit(&words);
	return 0;
}

static int take_fault(struct transfer *transfer, CURLcode code)
{
	struct as_sender *sender = transfer->sender;
	struct as_error *error = sender->settings.error;
	int rc;

	if (transfer->cut) {
		give_up(transfer, "the file became shorter, or cannot be read");
		return 0;
	}
	rc = as_remote_fault(transfer->easy, code, sender->settings.endpoint, error);
	/* Without any answer before, there is no daemon to wait for. */
	if (rc != AS_E_GONE && rc != -ETIMEDOUT && !sender->answered)
		return rc;
	if (rc == AS_E_PROTOCOL || rc == -ENOMEM || rc == -EACCES)
		return rc;
	if (rc != -ETIMEDOUT && try_again(transfer, AS_SEND_PAUSE_MS * UINT64_C(1000))) {
		error->text[0] = '\0';
		return 0;
	}
	if (rc != AS_E_GONE && rc != -ETIMEDOUT)
		return rc;
	give_up(transfer, error->text);
	error->text[0] = '\0';
	return 0;
}

static int take_end(struct as_sender *sender, const CURLMsg *message)
{
	struct transfer *transfer = NULL;
	CURLcode code = message->data.result;
	long status = 0;

	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
	if (code != CURLE_OK)
		return take_fault(transfer, code);
	curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	sender->answered = true;
	return status == 200 ? take_verdict(transfer) : take_refusal(transfer, status);
}

/* How long nothing can happen but on a connection. */
static int patience(const struct as_sender *sender, int timeout_ms)
{
	uint64_t now = as_clock_us(sender->settings.clock);
	const struct transfer *transfer;

	if (sender->active >= sender->jobs)
		return timeout_ms;
	TAILQ_FOREACH (transfer, &sender->waiting, link) {
		uint64_t left_ms =
			transfer->again_us > now ? (transfer->again_us - now) / 1000 + 1 : 0;

		if (left_ms < (uint64_t)timeout_ms)
			timeout_ms = (int)left_ms;
	}
	return timeout_ms;
}

int as_sender_poll(void *context, int timeout_ms, as_scanner_done *done, void *done_context)
{
	struct as_sender *sender = context;
	const CURLMsg *message;
	int rc = begin_waiting(sender);
	int left, running;

	sender->done = done;
	sender->done_context = done_context;
	if (rc == 0 && curl_multi_perform(sender->multi, &running) != CURLM_OK)
		rc = -ENOMEM;
	while (rc == 0 && (message = curl_multi_info_read(sender->multi, &left)) != NULL) {
		if (message->msg == CURLMSG_DONE) {
			rc = take_end(sender, message);
			timeout_ms = 0;
		}
	}
	if (rc == 0 && timeout_ms > 0 &&
	    curl_multi_poll(sender->multi, NULL, 0, patience(sender, timeout_ms), NULL) != CURLM_OK)
		rc = -ENOMEM;
	return rc;
}

int as_sender_submit(void *context, const struct as_scanner_job *job)
{
	struct as_sender *sender = context;
	struct transfer *transfer = calloc(1, sizeof(*transfer));

	if (transfer == NULL)
		return -ENOMEM;
	transfer->sender = sender;
	transfer->job = *job;
	as_buffer_init(&transfer->body, AS_REMOTE_BODY_MAX);
	TAILQ_INSERT_TAIL(&sender->waiting, transfer, link);
	return 0;
}

int as_sender_open(const struct as_sender_settings *settings, struct as_sender **sender_out)
{
	const struct as_scanner_job none = {.file = ""};
	struct as_sender *sender = calloc(1, sizeof(*sender));
	struct curl_slist *fields;
	int rc = -ENOMEM;

	if (sender == NULL)
		return -ENOMEM;
	sender->settings = *settings;
	sender->jobs = settings->options->jobs > 0 ? settings->options->jobs : AS_SEND_JOBS;
	TAILQ_INIT(&sender->waiting);
	TAILQ_INIT(&sender->running);
	/* A fault of the envelope is found before the first message is read. */
	fields = as_request_fields(settings->options, &none, settings->error);
	if (fields == NULL) {
		rc = settings->error->code;
		goto out;
	}
	sender->url = as_request_url(settings->options, settings->endpoint);
	sender->multi = curl_multi_init();
	if (sender->url == NULL || sender->multi == NULL ||
	    curl_multi_setopt(sender->multi, CURLMOPT_MAXCONNECTS, (long)sender->jobs) != CURLM_OK)
		goto out;
	*sender_out = sender;
	sender = NULL;
	rc = 0;
out:
	curl_slist_free_all(fields);
	as_sender_close(sender);
	return rc;
}

void as_sender_close(struct as_sender *sender)
{
	struct transfer *transfer;

	if (sender == NULL)
		return;
	while ((transfer = TAILQ_FIRST(&sender->running)) != NULL) {
		TAILQ_REMOVE(&sender->running, transfer, link);
		free_transfer(transfer);
	}
	while ((transfer = TAILQ_FIRST(&sender->waiting)) != NULL) {
		TAILQ_REMOVE(&sender->waiting, transfer, link);
		free_transfer(transfer);
	}
	curl_multi_cleanup(sender->multi);
	free(sender->url);
	free(sender);
}
