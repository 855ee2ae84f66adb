/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner_work.h"

#include "base/log.h"
#include "base/spool.h"
#include "policy/json.h"
#include "pool/request.h"
#include "pool/stage.h"
#include "pool/tempdir.h"

#include <errno.h>
#include <time.h>

static json_t *module_json(const struct as_module *module)
{
	const struct assay_loaded *info = &module->info;

	return json_pack("{s:s,s:o,s:b,s:o,s:I,s:I,s:o,s:o,s:o}", "name", module->settings->name,
			 "path", as_json_text(module->path != NULL ? module->path : ""), "loaded",
			 (int)module->loaded, "version", as_json_text(info->version), "signatures",
			 (json_int_t)info->signatures, "newest", (json_int_t)info->newest, "note",
			 as_json_text(info->note), "summary",
			 as_json_text(module->plugin != NULL ? module->plugin->summary : ""),
			 "error", as_json_text(module->failure));
}

static int put_status(const struct as_engine *engine, struct as_buffer *status_out)
{
	json_t *plugins = json_array();
	json_t *root;
	int rc;

	for (size_t i = 0; i < engine->module_count; i++)
		json_array_append_new(plugins, module_json(&engine->modules[i]));
	for (size_t i = 0; i < engine->failed_count; i++)
		json_array_append_new(plugins, module_json(&engine->failed[i]));
	root = json_pack("{s:o}", "plugins", plugins);
	rc = as_json_write(root, status_out);
	json_decref(root);
	return rc;
}

/*
 * One message through everything, so that what libraries set up on first use
 * (tables, charsets, locale data) is set up once, before the fork and while
 * files can still be opened.
 */
static int warm_up(const struct as_scanner_work *own)
{
	static const char message[] =
		"From: Assay <assay@localhost>\r\nTo: assay@localhost\r\n"
		"Subject: =?utf-8?Q?warm=20up?=\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n"
		"Content-Type: text/html; charset=iso-8859-1\r\n\r\n<p>warm up</p>\r\n--b\r\n"
		"Content-Type: application/octet-stream; name=\"data.bin\"\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQoLDA0ODxAREhM=\r\n"
		"--b--\r\n";
	const struct as_inspect_request request = {
		.octets = as_span_make(message, sizeof(message) - 1),
		.is_message = true,
		.clock = own->clock,
	};
	struct assay_scan *scan;
	int rc;

	tzset();
	rc = as_inspect(own->engine, &request, &scan);
	if (rc == 0)
		as_inspect_free(scan);
	return rc;
}

/* Canaries and warm-up need what workers have: a temporary folder. */
static int try_engine(const struct as_scanner_work *own, struct as_error *error)
{
	const char *root = own->config->temp_dir[0] != '\0' ? own->config->temp_dir : NULL;
	struct as_tempdir dir;
	int rc;

	rc = as_tempdir_open(root, &dir, error);
	if (rc < 0)
		return rc;
	rc = as_engine_enter(own->engine, dir.path, 0, error);
	if (rc == 0)
		rc = as_engine_prove(own->engine, error);
	if (rc == 0) {
		rc = warm_up(own);
		if (rc < 0)
			as_error_set(error, rc, "no memory to start the engine");
	}
	as_tempdir_empty(dir.fd);
	as_tempdir_close(&dir);
	return rc;
}

int as_scanner_load(void *context, struct as_buffer *status_out, struct as_error *error)
{
	struct as_scanner_work *own = context;
	int rc;

	as_log_set_process("zygote");
	rc = as_engine_open(&own->config->engine, own->cache, &own->engine, error);
	if (rc == 0)
		rc = try_engine(own, error);
	if (rc < 0)
		return rc;
	rc = put_status(own->engine, status_out);
	if (rc < 0)
		as_error_set(error, rc, "no memory to start the engine");
	return rc;
}

int as_scanner_enter(void *context, const char *temp_dir, uint32_t number, struct as_error *error)
{
	struct as_scanner_work *own = context;
	char process[32];

	snprintf(process, sizeof(process), "worker %u", number);
	as_log_set_process(process);
	return as_engine_enter(own->engine, temp_dir, number, error);
}

static int render(const struct as_scanner_work *own, const struct as_request *request,
		  const struct assay_scan *scan, uint64_t start_us, struct as_buffer *body)
{
	const struct as_verdict_request verdict = {
		.scan = scan,
		.source = {.id = request->id,
			   .file = request->file,
			   .index = request->index,
			   .offset = request->source_offset,
			   .size = request->source_size},
		.policies = own->config->policies,
		.policy_count = own->config->policy_count,
		.policy = own->config->policy,
		.generation = own->generation,
		.us = as_clock_us(own->clock) - start_us,
		.detail = request->detail,
	};
	struct as_verdict_summary summary = {.action = 0};
	int rc;

	/* The summary's place first; its values are known at the end. */
	if (!as_buffer_append(body, &summary, sizeof(summary)))
		return -ENOMEM;
	rc = as_verdict_render(&verdict, body, &summary);
	if (rc == 0)
		memcpy(body->data, &summary, sizeof(summary));
	return rc;
}

/* NULL when there is none. */
static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash != NULL ? slash + 1 : file;

	return name[0] != '\0' ? name : NULL;
}

int as_scanner_run(void *context, const struct as_work *work, struct as_reply *reply)
{
	struct as_scanner_work *own = context;
	uint64_t start_us = as_clock_us(own->clock);
	struct as_mapping mapping = {.base = NULL};
	struct as_request request = {.id = ""};
	struct assay_scan *scan = NULL;
	struct as_arena arena;
	int rc;

	as_stage_set("engine");
	as_arena_init(&arena, AS_REQUEST_ARENA_BYTES);
	rc = as_request_unpack(&arena, work->request, &request);
	if (rc < 0)
		goto out;
	as_log_set_message(request.id);
	rc = as_mapping_open(work->fd, work->offset, work->size, &mapping);
	if (rc < 0)
		goto out;
	const struct as_inspect_request inspect = {
		.octets = mapping.data,
		.is_message = request.is_message,
		.name = request.is_message ? NULL : base_name(request.file),
		.envelope = &request.envelope,
		.clock = own->clock,
		.stage = as_stage_set,
	};
	rc = as_inspect(own->engine, &inspect, &scan);
	if (rc == 0)
		rc = render(own, &request, scan, start_us, &reply->body);
out:
	as_inspect_free(scan);
	as_mapping_close(&mapping);
	as_arena_deinit(&arena);
	as_log_set_message(NULL);
	return rc;
}
