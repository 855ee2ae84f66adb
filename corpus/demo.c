/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corpus/demo ASSAY FOLDER: lets `assay scan` judge the sample messages in
 * FOLDER and prints one line per message: what came out, what the message is,
 * why. Exit status 0 when every verdict is the one in FOLDER/manifest.json.
 */
#include <jansson.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WIDTH_STANDARD 100
#define TITLE_WIDTH    44

struct demo {
	json_t *manifest;
	json_t *verdicts; /* by base name of the file */
	bool colour;
	int width;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static const char *colour_of(const struct demo *demo, const char *action)
{
	if (!demo->colour)
		return "";
	if (strcmp(action, "accept") == 0)
		return "\033[32m";
	return strcmp(action, "tag") == 0 ? "\033[33m" : "\033[31m";
}

/* Prints text in a column; UTF-8 characters count as one cell each. */
static void put_cell(const char *text, int width)
{
	int cells = 0;

	for (const char *p = text; *p != '\0' && cells < width; cells++) {
		putchar(*p++);
		while ((*p & 0xc0) == 0x80)
			putchar(*p++);
	}
	for (; cells < width; cells++)
		putchar(' ');
}

static bool read_verdicts(struct demo *demo, const char *program, const char *folder)
{
	char command[8192];
	char *line = NULL;
	size_t room = 0;
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "'%s' scan --format jsonl '%s'", program, folder);
	pipe = popen(command, "r");
	if (pipe == NULL)
		return false;
	while (getline(&line, &room, pipe) > 0) {
		json_t *verdict = json_loads(line, JSON_ALLOW_NUL, NULL);
		const char *file = text_of(json_object_get(verdict, "source"), "file");

		if (verdict != NULL)
			json_object_set_new(demo->verdicts, base_name(file), verdict);
	}
	free(line);
	status = pclose(pipe);
	return WIFEXITED(status) && WEXITSTATUS(status) <= 1;
}

static bool has_code(const json_t *verdict, const char *code)
{
	size_t length = strlen(code);
	bool family = length > 2 && strcmp(code + length - 2, ".*") == 0;
	const json_t *finding;
	size_t i;

	json_array_foreach (json_object_get(verdict, "findings"), i, finding) {
		const char *found = text_of(finding, "code");

		if (strcmp(found, code) == 0 || (family && strncmp(found, code, length - 1) == 0))
			return true;
	}
	return false;
}

static bool as_expected(const json_t *row, const json_t *verdict)
{
	const json_t *code;
	size_t i;

	if (strcmp(text_of(row, "action"), text_of(verdict, "action")) != 0 ||
	    json_is_true(json_object_get(row, "complete")) !=
		    json_is_true(json_object_get(verdict, "complete")))
		return false;
	json_array_foreach (json_object_get(row, "codes"), i, code)
		if (!has_code(verdict, json_string_value(code)))
			return false;
	return true;
}

static bool print_row(const struct demo *demo, const json_t *row)
{
	const json_t *verdict = json_object_get(demo->verdicts, base_name(text_of(row, "file")));
	const char *action = verdict != NULL ? text_of(verdict, "action") : "missing";
	bool ok = verdict != NULL && as_expected(row, verdict);
	int rest = demo->width - 12 - TITLE_WIDTH - 2;

	fputs(colour_of(demo, action), stdout);
	put_cell(action, 12);
	if (demo->colour)
		fputs("\033[0m", stdout);
	put_cell(text_of(row, "title"), TITLE_WIDTH);
	fputs(ok ? "  " : "! ", stdout);
	put_cell(text_of(row, "explanation"), rest > 20 ? rest : 200);
	putchar('\n');
	if (verdict != NULL && text_of(verdict, "reason")[0] != '\0') {
		put_cell("", 12);
		printf("  %s\n", text_of(verdict, "reason"));
	}
	if (!ok)
		printf("%12s  expected: %s\n", "", text_of(row, "action"));
	return ok;
}

static int summary(size_t total, size_t wrong)
{
	printf("\n%zu messages, %zu verdicts as expected", total, total - wrong);
	if (wrong > 0)
		printf(", %zu NOT (marked !)", wrong);
	printf(".\n\n"
	       "Every line is one message: what the built-in policy does with it, what it is,\n"
	       "and below that the finding that decided, with its place in the message.\n"
	       "Scan your own mail:  build/assay scan FILE|MAILBOX|FOLDER\n"
	       "See into a message:  build/assay explain FILE\n");
	return wrong == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct demo demo = {.width = WIDTH_STANDARD};
	const char *columns = getenv("COLUMNS");
	char path[4096];
	const json_t *row;
	size_t i, wrong = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: demo ASSAY FOLDER\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s/manifest.json", argv[2]);
	demo.manifest = json_load_file(path, 0, NULL);
	demo.verdicts = json_object();
	demo.colour = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == NULL;
	if (columns != NULL && atoi(columns) >= 80)
		demo.width = atoi(columns);
	if (demo.manifest == NULL) {
		fprintf(stderr, "demo: %s cannot be read: run make in the build folder\n", path);
		return 2;
	}
	if (!read_verdicts(&demo, argv[1], argv[2])) {
		fprintf(stderr, "demo: %s scan did not complete\n", argv[1]);
		return 2;
	}
	json_array_foreach (demo.manifest, i, row)
		if (!print_row(&demo, row))
			wrong++;
	i = json_array_size(demo.manifest);
	json_decref(demo.manifest);
	json_decref(demo.verdicts);
	return summary(i, wrong);
}
