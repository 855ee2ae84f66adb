/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_inspect_fixture.h"

#include "base/sha256.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

const struct assay_host *host;

static void note(struct fake *fake, const char *phase, const char *path)
{
	char *trace = fake->fixture->trace;
	size_t used = strlen(trace);

	fake->calls++;
	snprintf(trace + used, sizeof(fake->fixture->trace) - used, "%s %s %s;", fake->plugin.name,
		 phase, path);
}

static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	struct fake *fake = state;

	note(fake,
	     phase == ASSAY_IDENTIFY ? "identify"
	     : phase == ASSAY_UNPACK ? "unpack"
				     : "judge",
	     object->path);
	return fake->call != NULL ? fake->call(fake, scan, object, phase) : 0;
}

static int conclude(void *state, struct assay_scan *scan)
{
	struct fake *fake = state;

	note(fake, "conclude", "");
	return fake->conclude != NULL ? fake->conclude(fake, scan, NULL, ASSAY_CONCLUDE) : 0;
}

static uint64_t tell(void *context)
{
	return ((struct fixture *)context)->now_us;
}

void fixture_init(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	assert_int_equal(as_sha256_init(), 0);
	assert_int_equal(as_mime_init(), 0);
	host = as_scan_host();
	as_limits_standard(&fixture->engine.settings.limits);
	fixture->engine.settings.readings = true;
	fixture->now_us = 1000000;
	fixture->clock = (struct as_clock){tell, tell, fixture};
	fixture->envelope = (struct assay_envelope){.client = "",
						    .helo = "",
						    .mail_from = "",
						    .auth_user = "",
						    .queue_id = "",
						    .direction = ""};
}

void fixture_deinit(struct fixture *fixture)
{
	as_inspect_free(fixture->scan);
	fixture->scan = NULL;
}

struct fake *fixture_add(struct fixture *fixture, const char *name, uint32_t phases,
			 uint32_t context, fake_call *call)
{
	size_t index = fixture->engine.module_count++;
	struct fake *fake = &fixture->fakes[index];
	struct as_module *module = &fixture->engine.modules[index];

	*fake = (struct fake){.call = call, .fixture = fixture};
	fake->plugin = (struct assay_plugin){
		.abi = ASSAY_PLUGIN_ABI,
		.size = sizeof(fake->plugin),
		.name = name,
		.summary = "of a test",
		.phases = phases,
		.origins = ASSAY_ORIGIN_CONTENT,
		.inspect = inspect,
		.conclude = conclude,
	};
	module->plugin = &fake->plugin;
	module->state = fake;
	module->info.context = context;
	return fake;
}

static void run(struct fixture *fixture, const struct as_inspect_request *request)
{
	fixture_deinit(fixture);
	fixture->trace[0] = '\0';
	for (size_t i = 0; i < fixture->engine.module_count; i++)
		fixture->fakes[i].calls = 0;
	assert_int_equal(as_inspect(&fixture->engine, request, &fixture->scan), 0);
}

void fixture_message(struct fixture *fixture, const char *text)
{
	const struct as_inspect_request request = {
		.octets = as_span_text(text),
		.is_message = true,
		.envelope = &fixture->envelope,
		.detail = fixture->detail,
		.clock = &fixture->clock,
	};

	run(fixture, &request);
}

void fixture_file(struct fixture *fixture, const char *name, struct as_span data)
{
	const struct as_inspect_request request = {
		.octets = data,
		.name = name,
		.envelope = &fixture->envelope,
		.clock = &fixture->clock,
	};

	run(fixture, &request);
}

size_t count_findings(const struct fixture *fixture, const char *code)
{
	size_t count = 0;

	for (size_t i = 0; i < fixture->scan->finding_count; i++)
		count += strcmp(fixture->scan->findings[i]->code, code) == 0;
	return count;
}

const struct as_finding *find_finding(const struct fixture *fixture, const char *code)
{
	for (size_t i = 0; i < fixture->scan->finding_count; i++)
		if (strcmp(fixture->scan->findings[i]->code, code) == 0)
			return fixture->scan->findings[i];
	return NULL;
}

const struct as_object *find_object(const struct fixture *fixture, const char *path)
{
	for (size_t i = 0; i < fixture->scan->object_count; i++)
		if (strcmp(fixture->scan->objects[i]->pub.path, path) == 0)
			return fixture->scan->objects[i];
	return NULL;
}

int say(struct assay_scan *scan, const struct assay_object *object, const char *code)
{
	return host->report(scan, object, &(struct assay_finding){.code = code});
}

int give(struct assay_scan *scan, const struct assay_object *object, const char *name,
	 const char *octets)
{
	const struct assay_child child = {
		.data = as_span_text(octets),
		.name = name,
		.name_length = name != NULL ? strlen(name) : 0,
		.via = "test",
		.origin = ASSAY_ORIGIN_MEMBER,
	};

	return host->emit(scan, object, &child);
}

void put_base64(struct as_buffer *out, struct as_span data)
{
	unsigned char line[80];

	while (data.size > 0) {
		struct as_span part = as_span_slice(data, 0, 57);
		int length = EVP_EncodeBlock(line, part.data, (int)part.size);

		as_buffer_append(out, line, (size_t)length);
		as_buffer_text(out, "\r\n");
		data = as_span_from(data, part.size);
	}
}
