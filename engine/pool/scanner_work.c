/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner_work.h"

#include "base/log.h"
#include "policy/json.h"
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

/* null: S/MIME is not looked at. */
static json_t *smime_json(const struct as_engine *engine)
{
	const struct as_keys *keys = engine->key_ops.keys;
	struct as_trust_counts counts;

	if (engine->trust == NULL)
		return json_null();
	as_trust_counts(engine->trust, &counts);
	return json_pack("{s:I,s:I,s:I,s:I,s:I}", "anchors", (json_int_t)counts.anchors,
			 "certificates", (json_int_t)counts.certs, "crls", (json_int_t)counts.crls,
			 "crl_next_update",
			 (json_int_t)(counts.crl_next_update > 0 ? counts.crl_next_update : 0),
			 "keys", (json_int_t)(keys != NULL ? keys->count : 0));
}

/* With revocation = "hard" everybody's signature is bad from then on. */
static void warn_of_old_crls(const struct as_scanner_work *own)
{
	int64_t now = (int64_t)(as_clock_wall_us(own->clock) / 1000000);
	struct as_trust_counts counts;
	char text[32] = "long ago";
	time_t due;
	struct tm tm;

	if (own->engine->trust == NULL)
		return;
	as_trust_counts(own->engine->trust, &counts);
	if (counts.crl_next_update == AS_SMIME_NO_TIME || counts.crl_next_update >= now)
		return;
	due = (time_t)counts.crl_next_update;
	if (gmtime_r(&due, &tm) != NULL)
		strftime(text, sizeof(text), "since %Y-%m-%d %H:%M UTC", &tm);
	as_log(AS_LOG_WARNING,
	       "smime crls: the next update of a list is due %s; revocation is unknown for its "
	       "certificates until the list is fetched anew",
	       text);
}

static int put_status(const struct as_scanner_work *own, struct as_buffer *status_out)
{
	const struct as_config *config = own->config;
	const struct as_engine *engine = own->engine;
	const char *builtin = as_policy_builtin()->name;
	json_t *plugins = json_array();
	json_t *policies = json_array();
	json_t *root;
	int rc;

	for (size_t i = 0; i < engine->module_count; i++)
		json_array_append_new(plugins, module_json(&engine->modules[i]));
	for (size_t i = 0; i < engine->failed_count; i++)
		json_array_append_new(plugins, module_json(&engine->failed[i]));
	for (size_t i = 0; i < config->policy_count; i++)
		json_array_append_new(policies, as_json_text(config->policies[i].name));
	if (as_policy_named(config->policies, config->policy_count, builtin) == NULL)
		json_array_append_new(policies, as_json_text(builtin));
	root = json_pack("{s:o,s:o,s:o,s:o,s:I,s:I}", "plugins", plugins, "policies", policies,
			 "policy", as_json_text(config->policy->name), "smime", smime_json(engine),
			 "time_ms", (json_int_t)config->engine.limits.time_ms, "message_bytes",
			 (json_int_t)config->engine.limits.message_bytes);
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

/* The private keys are the keeper's; workers learn whose there are. */
static int ask_for_keys(const struct as_scanner_work *own, struct as_error *error)
{
	struct as_key_client *client = NULL;
	int rc = 0;

	if (as_keeper_current() != NULL)
		rc = as_key_client_open(as_keeper_current(), &client, error);
	if (client != NULL)
		as_key_client_ops(client, &own->engine->key_ops);
	return rc;
}

int as_scanner_load(void *context, struct as_buffer *status_out, struct as_error *error)
{
	struct as_scanner_work *own = context;
	int rc;

	as_log_set_process("zygote");
	rc = as_engine_open(&own->config->engine, own->cache, &own->engine, error);
	if (rc == 0)
		rc = ask_for_keys(own, error);
	if (rc == 0)
		rc = try_engine(own, error);
	if (rc < 0)
		return rc;
	if (own->cache != NULL)
		as_cache_settle(own->cache);
	warn_of_old_crls(own);
	rc = put_status(own, status_out);
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
