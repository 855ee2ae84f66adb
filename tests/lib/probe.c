/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_BYTES	 (64u << 20)
#define DEFAULT_CHILDREN 1000u
#define DEFAULT_DEPTH	 16u
#define DEFAULT_MS	 60000u

/* The host's opaque handles are both the probe. */
static struct probe *from_scan(struct assay_scan *scan)
{
	return (struct probe *)(void *)scan;
}

static const struct probe *from_const_scan(const struct assay_scan *scan)
{
	return (const struct probe *)(const void *)scan;
}

static const struct probe *from_setup(const struct assay_setup *setup)
{
	return (const struct probe *)(const void *)setup;
}

static void *checked(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static char *copy_text(const char *text)
{
	return checked(strdup(text != NULL ? text : ""));
}

static const struct probe_setting *find_setting(const struct probe *probe, const char *key)
{
	for (const struct probe_setting *s = probe->settings; s != NULL && s->key != NULL; s++)
		if (strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

static const char *standard_of(const struct probe *probe, const char *key)
{
	for (size_t i = 0; i < probe->plugin->setting_count; i++)
		if (strcmp(probe->plugin->settings[i].key, key) == 0)
			return probe->plugin->settings[i].standard;
	fprintf(stderr, "probe: plugin %s asks for setting %s that its table lacks\n",
		probe->plugin->name, key);
	abort();
}

static const char *setting_string(const struct assay_setup *setup, const char *key)
{
	const struct probe *probe = from_setup(setup);
	const struct probe_setting *s = find_setting(probe, key);
	const char *value = s != NULL ? s->values[0] : standard_of(probe, key);

	return value != NULL ? value : "";
}

static int64_t setting_int(const struct assay_setup *setup, const char *key)
{
	return strtoll(setting_string(setup, key), NULL, 10);
}

static bool setting_bool(const struct assay_setup *setup, const char *key)
{
	const char *value = setting_string(setup, key);

	return strcmp(value, "true") == 0 || strcmp(value, "yes") == 0 || strcmp(value, "1") == 0;
}

static size_t setting_count(const struct assay_setup *setup, const char *key)
{
	const struct probe *probe = from_setup(setup);
	const struct probe_setting *s = find_setting(probe, key);
	size_t count = 0;

	if (s != NULL) {
		while (count < 8 && s->values[count] != NULL)
			count++;
		return count;
	}
	const char *standard = standard_of(probe, key);
	for (const char *p = standard; p != NULL && *p != '\0';) {
		p += strspn(p, " ");
		if (*p != '\0')
			count++;
		p += strcspn(p, " ");
	}
	return count;
}

static const char *setting_item(const struct assay_setup *setup, const char *key, size_t index)
{
	const struct probe *probe = from_setup(setup);
	const struct probe_setting *s = find_setting(probe, key);
	static char item[256];
	const char *p;

	if (s != NULL)
		return s->values[index];
	p = standard_of(probe, key);
	for (size_t i = 0;; i++) {
		p += strspn(p, " ");
		if (i == index)
			break;
		p += strcspn(p, " ");
	}
	snprintf(item, sizeof(item), "%.*s", (int)strcspn(p, " "), p);
	return item;
}

static const char *signature_dir(const struct assay_setup *setup)
{
	static char path[4096];
	const char *top = getenv("top_srcdir");

	if (from_setup(setup)->signature_dir != NULL)
		return from_setup(setup)->signature_dir;
	snprintf(path, sizeof(path), "%s/signatures", top != NULL ? top : ".");
	return path;
}

static int report(struct assay_scan *scan, const struct assay_object *object,
		  const struct assay_finding *finding)
{
	struct probe *probe = from_scan(scan);
	struct probe_finding *f = &probe->findings[probe->finding_count];

	(void)object;
	if (probe->finding_count == sizeof(probe->findings) / sizeof(probe->findings[0]))
		return ASSAY_E_BUDGET;
	probe->finding_count++;
	*f = (struct probe_finding){
		.code = copy_text(finding->code),
		.text = copy_text(finding->text),
		.severity = finding->severity,
		.wish = finding->wish,
	};
	for (size_t i = 0; i < finding->evidence_count && i < 16; i++) {
		f->evidence[i] = finding->evidence[i];
		f->evidence[i].text = copy_text(finding->evidence[i].text);
		f->evidence_count++;
	}
	return ASSAY_OK;
}

static int emit(struct assay_scan *scan, const struct assay_object *object,
		const struct assay_child *child)
{
	struct probe *probe = from_scan(scan);
	struct probe_child *c = &probe->children[probe->child_count];

	(void)object;
	if (probe->child_count == probe->max_children || probe->child_count == 1024)
		return ASSAY_E_BUDGET;
	probe->child_count++;
	*c = (struct probe_child){
		.size = child->data.size,
		.name_length = child->name_length,
		.flags = child->flags,
		.declared_size = child->declared_size,
		.label = copy_text(child->label),
		.via = copy_text(child->via),
	};
	c->data = checked(malloc(child->data.size + 1));
	if (child->data.size > 0)
		memcpy(c->data, child->data.data, child->data.size);
	c->data[child->data.size] = 0;
	c->name = checked(calloc(1, child->name_length + 1));
	if (child->name != NULL)
		memcpy(c->name, child->name, child->name_length);
	c->second_name = checked(calloc(1, child->second_name_length + 1));
	if (child->second_name != NULL)
		memcpy(c->second_name, child->second_name, child->second_name_length);
	return ASSAY_OK;
}

static int set_type(struct assay_scan *scan, const struct assay_object *object,
		    const struct assay_type *type)
{
	struct probe *probe = from_scan(scan);

	(void)object;
	if (probe->type.mime != NULL && type->confidence <= probe->type.confidence)
		return ASSAY_OK;
	snprintf(probe->mime, sizeof(probe->mime), "%s", type->mime);
	snprintf(probe->type_name, sizeof(probe->type_name), "%s", type->name);
	probe->type = *type;
	probe->type.mime = probe->mime;
	probe->type.name = probe->type_name;
	return ASSAY_OK;
}

static int add_flags(struct assay_scan *scan, const struct assay_object *object, uint32_t flags)
{
	(void)object;
	from_scan(scan)->added_flags |= flags;
	return ASSAY_OK;
}

static int charge(struct assay_scan *scan, const struct assay_object *object, uint64_t bytes)
{
	struct probe *probe = from_scan(scan);

	(void)object;
	if (bytes > probe->max_bytes - probe->charged)
		return ASSAY_E_BUDGET;
	probe->charged += bytes;
	return ASSAY_OK;
}

static uint64_t left_bytes(const struct assay_scan *scan)
{
	return from_const_scan(scan)->max_bytes - from_const_scan(scan)->charged;
}

static uint64_t left_ms(const struct assay_scan *scan)
{
	return from_const_scan(scan)->left_ms;
}

static uint32_t left_depth(const struct assay_scan *scan, const struct assay_object *object)
{
	uint32_t limit = from_const_scan(scan)->max_depth;

	return object->depth >= limit ? 0 : limit - object->depth;
}

static void *host_alloc(struct assay_scan *scan, size_t size)
{
	struct probe *probe = from_scan(scan);

	if (probe->alloc_count == sizeof(probe->allocs) / sizeof(probe->allocs[0]))
		return NULL;
	return probe->allocs[probe->alloc_count++] = checked(calloc(1, size + 1));
}

static bool seen(const struct assay_scan *scan, struct as_span data)
{
	(void)scan;
	(void)data;
	return false;
}

static size_t no_count(const struct assay_scan *scan)
{
	(void)scan;
	return 0;
}

static const struct assay_object *no_object(const struct assay_scan *scan, size_t index)
{
	(void)scan;
	(void)index;
	return NULL;
}

static const char *finding_code(const struct assay_scan *scan, size_t index)
{
	return from_const_scan(scan)->findings[index].code;
}

static size_t finding_count(const struct assay_scan *scan)
{
	return from_const_scan(scan)->finding_count;
}

static void host_log(const struct assay_scan *scan, enum assay_log_level level, const char *format,
		     ...)
{
	va_list args;

	(void)scan;
	(void)level;
	va_start(args, format);
	fputs("# ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

/* The words of the configuration, as plugin.h lists them. */
static const char *const class_words[ASSAY_CLASS_COUNT] = {
	"unknown",	"data",	     "text",	   "html",	"script",	   "executable",
	"shortcut",	"installer", "disk-image", "archive",	"archive-unusual", "office",
	"macro-office", "onenote",   "pdf",	   "image",	"media",	   "font",
	"mail",		"crypto",    "help",	   "access-db", "calendar",
};

static const char *class_name(enum assay_class type_class)
{
	return class_words[type_class];
}

static enum assay_class class_find(const char *name)
{
	for (int i = 0; i < ASSAY_CLASS_COUNT; i++)
		if (strcmp(class_words[i], name) == 0)
			return (enum assay_class)i;
	return ASSAY_CLASS_UNKNOWN;
}

static const struct assay_host host = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_host),
	.setting_string = setting_string,
	.setting_int = setting_int,
	.setting_bool = setting_bool,
	.setting_count = setting_count,
	.setting_item = setting_item,
	.signature_dir = signature_dir,
	.report = report,
	.emit = emit,
	.set_type = set_type,
	.add_flags = add_flags,
	.charge = charge,
	.left_bytes = left_bytes,
	.left_ms = left_ms,
	.left_depth = left_depth,
	.alloc = host_alloc,
	.seen = seen,
	.object_count = no_count,
	.object_at = no_object,
	.finding_count = finding_count,
	.finding_code = finding_code,
	.finding_object = no_object,
	.log = host_log,
	.class_name = class_name,
	.class_find = class_find,
};

static void forget(struct probe *probe)
{
	for (size_t i = 0; i < probe->finding_count; i++) {
		for (size_t e = 0; e < probe->findings[i].evidence_count; e++)
			free((char *)(uintptr_t)probe->findings[i].evidence[e].text);
		free(probe->findings[i].code);
		free(probe->findings[i].text);
	}
	for (size_t i = 0; i < probe->child_count; i++) {
		struct probe_child *c = &probe->children[i];

		free(c->data);
		free(c->name);
		free(c->second_name);
		free(c->label);
		free(c->via);
	}
	for (size_t i = 0; i < probe->alloc_count; i++)
		free(probe->allocs[i]);
	probe->finding_count = probe->child_count = probe->alloc_count = 0;
	probe->charged = 0;
	probe->type = (struct assay_type){0};
	probe->added_flags = 0;
}

int probe_open(struct probe *probe, const struct assay_plugin *plugin)
{
	int rc;

	probe->plugin = plugin;
	if (probe->max_bytes == 0)
		probe->max_bytes = DEFAULT_BYTES;
	if (probe->max_children == 0)
		probe->max_children = DEFAULT_CHILDREN;
	if (probe->max_depth == 0)
		probe->max_depth = DEFAULT_DEPTH;
	if (probe->left_ms == 0)
		probe->left_ms = DEFAULT_MS;
	rc = plugin->load(&host, (const struct assay_setup *)(const void *)probe, &probe->state,
			  &probe->loaded);
	if (rc == 0 && plugin->enter != NULL) {
		const struct assay_worker worker = {.temp_dir = "/tmp", .number = 1};

		rc = plugin->enter(probe->state, &worker);
	}
	return rc;
}

void probe_close(struct probe *probe)
{
	forget(probe);
	if (probe->plugin->unload != NULL)
		probe->plugin->unload(probe->state);
}

struct assay_object probe_object(struct as_span data, const char *name, const char *declared)
{
	static const unsigned char no_hash[32];
	static const struct assay_envelope envelope = {
		.client = "",
		.helo = "",
		.mail_from = "",
		.auth_user = "",
		.queue_id = "",
		.direction = "",
	};
	static const struct assay_message message = {
		.envelope = &envelope,
		.subject = "",
		.from = "",
		.message_id = "",
	};
	static struct assay_name names[8];
	static char extensions[8][64];
	static size_t turn;
	size_t slot = turn++ % 8;
	struct assay_object object = {
		.path = name != NULL ? name : "1",
		.data = data,
		.sha256 = no_hash,
		.size = data.size,
		.extension = "",
		.declared = declared != NULL ? declared : "",
		.charset = "",
		.type = "",
		.type_name = "",
		.origin = ASSAY_ORIGIN_ENTITY,
		.via = "",
		.from_plugin = "",
		.message = &message,
	};

	if (name != NULL) {
		const char *dot = strrchr(name, '.');

		names[slot] = (struct assay_name){
			.text = name,
			.length = strlen(name),
			.shell = name,
			.source = ASSAY_NAME_FILENAME,
		};
		object.names = &names[slot];
		object.name_count = 1;
		if (dot != NULL) {
			snprintf(extensions[slot], sizeof(extensions[slot]), "%s", dot);
			for (char *p = extensions[slot]; *p != '\0'; p++)
				if (*p >= 'A' && *p <= 'Z')
					*p = (char)(*p + 32);
			object.extension = extensions[slot];
		}
	}
	return object;
}

int probe_run(struct probe *probe, const struct assay_object *object, enum assay_phase phase)
{
	forget(probe);
	return probe->plugin->inspect(probe->state, (struct assay_scan *)(void *)probe, object,
				      phase);
}

const struct probe_finding *probe_find(const struct probe *probe, const char *code)
{
	for (size_t i = 0; i < probe->finding_count; i++)
		if (strcmp(probe->findings[i].code, code) == 0)
			return &probe->findings[i];
	return NULL;
}

bool probe_has(const struct probe *probe, const char *code)
{
	return probe_find(probe, code) != NULL;
}

const struct probe_child *probe_child_named(const struct probe *probe, const char *name)
{
	for (size_t i = 0; i < probe->child_count; i++)
		if (strcmp(probe->children[i].name, name) == 0)
			return &probe->children[i];
	return NULL;
}
