/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/store_process.h"

#include "base/log.h"
#include "daemon/process.h"
#include "daemon/wire.h"
#include "pool/sandbox_service.h"
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* A file of a client may stand on a file system that never answers (FUSE). The
 * front gives up after 30 s; a store that is still stuck would hold up all that
 * comes later, so the alarm ends it and the next one takes its place. */
#define STUCK_S 25u

struct store_process {
	struct as_store *store;
	int front;
	struct as_channel_packet packet;
};

static void begin_process(const struct as_store_setup *setup)
{
	int keep = setup->front;

	as_process_begin("store", setup->parent_pid, &keep, 1);
	/* Becomes EFBIG. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	umask(077);
}

static void enter_sandbox(const struct as_store_setup *setup)
{
	struct as_sandbox_state state = {.text = "off (front_sandbox = false)"};

	if (setup->sandbox)
		as_sandbox_service_enter(AS_SANDBOX_STORE, &setup->path, 1, &state);
	as_log(AS_LOG_DEBUG, "store: sandbox: %s", state.text);
}

/* The front is ours, and yet it speaks with hostile clients: what it says is
 * checked like anything else. */
static int put(struct store_process *process, struct as_span body, int fd)
{
	const struct as_channel_head *head = &process->packet.head;
	struct as_wire_put wire;
	int rc;

	if (body.size < sizeof(wire) || fd < 0)
		return AS_E_PROTOCOL;
	memcpy(&wire, body.data, sizeof(wire));
	if (memchr(wire.id, '\0', sizeof(wire.id)) == NULL)
		return AS_E_PROTOCOL;
	as_log_set_message(wire.id);
	alarm(STUCK_S);
	rc = as_store_put(process->store, &(const struct as_store_message){
						  .id = wire.id,
						  .wall_us = wire.wall_us,
						  .fd = fd,
						  .offset = head->offset,
						  .size = head->size,
						  .verdict = as_span_from(body, sizeof(wire)),
					  });
	alarm(0);
	if (rc < 0)
		as_log(AS_LOG_ERROR, "the message cannot be stored: %s", as_code_text(rc));
	as_log_set_message("");
	return rc;
}

static void answer(struct store_process *process)
{
	const struct as_channel_head *head = &process->packet.head;
	struct as_channel_head reply = {.type = AS_WIRE_PUT_DONE, .sequence = head->sequence};
	int fd = as_channel_take(&process->packet, 0);
	struct as_buffer body;

	as_buffer_init(&body, 0);
	reply.code = as_channel_body(&process->packet,
				     AS_POOL_REPLY_MAX + sizeof(struct as_wire_put), &body);
	if (reply.code == 0)
		reply.code = put(process, as_buffer_span(&body), fd);
	as_buffer_deinit(&body);
	if (fd >= 0)
		close(fd);
	if (as_channel_send(process->front, &reply, as_span_make(NULL, 0), NULL, 0, true) < 0)
		_exit(EX_OK);
}

_Noreturn void as_store_main(const struct as_store_setup *setup)
{
	/* Its packet is too large for a stack. */
	static struct store_process process;
	struct as_error error = {.text = ""};

	begin_process(setup);
	process.front = setup->front;
	if (as_store_open(setup->path, &process.store, &error) < 0) {
		as_log(AS_LOG_ERROR, "%s", error.text);
		_exit(EX_CANTCREAT);
	}
	enter_sandbox(setup);
	for (;;) {
		int rc = as_channel_receive(process.front, &process.packet, true);

		if (rc == AS_E_GONE)
			_exit(EX_OK);
		if (rc < 0 || process.packet.head.type != AS_WIRE_PUT) {
			as_log(AS_LOG_ERROR, "the store cannot read what the front says: %s",
			       rc < 0 ? as_code_text(rc) : "unknown type");
			_exit(EX_PROTOCOL);
		}
		answer(&process);
		as_channel_release(&process.packet);
	}
}
