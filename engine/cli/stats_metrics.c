/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/stats_metrics.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Names and values of all samples; an answer has at most so many octets. */
#define ARENA_BYTES ((size_t)64 << 20)
/* Buckets of a histogram; the daemon's has 14. */
#define BUCKETS_MAX 64u

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == ':';
}

/* Cuts a name off the text: a NUL is put behind it by the caller. */
static char *take_name(char **text)
{
	char *begin = *text;

	while (is_name(**text))
		(*text)++;
	return *text > begin ? begin : NULL;
}

/* text stands behind the opening quote; the value is unescaped in its place. */
static char *take_value(char **text)
{
	char *begin = *text, *out = begin, *in = begin;

	for (; *in != '"'; in++) {
		if (*in == '\\' && in[1] != '\0') {
			in++;
			*out++ = *in == 'n' ? '\n' : *in;
		} else if (*in == '\0') {
			return NULL;
		} else {
			*out++ = *in;
		}
	}
	*text = in + 1;
	*out = '\0';
	return begin;
}

/* text stands behind the opening brace. */
static bool take_labels(char **text, struct as_sample *sample)
{
	while (**text != '}') {
		struct as_label label = {.name = take_name(text)};

		if (label.name == NULL || strncmp(*text, "=\"", 2) != 0 ||
		    sample->label_count == AS_LABELS_MAX)
			return false;
		**text = '\0';
		*text += 2;
		label.value = take_value(text);
		if (label.value == NULL)
			return false;
		sample->labels[sample->label_count++] = label;
		if (**text == ',')
			(*text)++;
	}
	(*text)++;
	return true;
}

static bool parse_line(char *line, struct as_sample *sample_out)
{
	struct as_sample sample = {.name = take_name(&line)};
	char *name_end = line;
	char *end;

	if (sample.name == NULL)
		return false;
	if (*line == '{') {
		line++;
		if (!take_labels(&line, &sample))
			return false;
	}
	if (*line != ' ')
		return false;
	sample.value = strtod(line + 1, &end);
	if (end == line + 1 || *end != '\0' || isnan(sample.value))
		return false;
	*name_end = '\0';
	*sample_out = sample;
	return true;
}

int as_samples_parse(struct as_span text, struct as_samples *samples_out)
{
	char *copy, *line, *next;

	*samples_out = (struct as_samples){.count = 0};
	as_arena_init(&samples_out->arena, 2 * ARENA_BYTES);
	if (text.size > ARENA_BYTES)
		return -ENOMEM;
	copy = as_arena_copy(&samples_out->arena, text);
	samples_out->samples =
		as_arena_array(&samples_out->arena, AS_SAMPLES_MAX, sizeof(*samples_out->samples));
	if (copy == NULL || samples_out->samples == NULL)
		return -ENOMEM;
	for (line = copy; line != NULL && samples_out->count < AS_SAMPLES_MAX; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (parse_line(line, &samples_out->samples[samples_out->count]))
			samples_out->count++;
	}
	return 0;
}

void as_samples_free(struct as_samples *samples)
{
	as_arena_deinit(&samples->arena);
	*samples = (struct as_samples){.count = 0};
}

const char *as_sample_label(const struct as_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->label_count; i++)
		if (strcmp(sample->labels[i].name, name) == 0)
			return sample->labels[i].value;
	return "";
}

double as_samples_sum(const struct as_samples *samples, const char *name, const char *label,
		      const char *value)
{
	double sum = 0;

	for (size_t i = 0; i < samples->count; i++) {
		const struct as_sample *sample = &samples->samples[i];

		if (strcmp(sample->name, name) == 0 &&
		    (label == NULL || strcmp(as_sample_label(sample, label), value) == 0))
			sum += sample->value;
	}
	return sum;
}

struct bucket {
	double end, count; /* count of all up to end */
};

static int compare_buckets(const void *a, const void *b)
{
	const struct bucket *x = a, *y = b;

	return (x->end > y->end) - (x->end < y->end);
}

static size_t read_buckets(const struct as_samples *samples, const char *name,
			   struct bucket buckets[BUCKETS_MAX])
{
	size_t length = strlen(name), count = 0;

	for (size_t i = 0; i < samples->count && count < BUCKETS_MAX; i++) {
		const struct as_sample *sample = &samples->samples[i];
		const char *end = as_sample_label(sample, "le");

		if (strncmp(sample->name, name, length) != 0 ||
		    strcmp(sample->name + length, "_bucket") != 0 || end[0] == '\0')
			continue;
		/* strtod() reads "+Inf" as well. */
		buckets[count++] = (struct bucket){strtod(end, NULL), sample->value};
	}
	qsort(buckets, count, sizeof(*buckets), compare_buckets);
	return count;
}

double as_samples_quantile(const struct as_samples *before, const struct as_samples *now,
			   const char *name, double share)
{
	struct bucket old[BUCKETS_MAX], buckets[BUCKETS_MAX];
	size_t count = read_buckets(now, name, buckets);
	size_t old_count = before != NULL ? read_buckets(before, name, old) : 0;
	double wanted;

	/* A daemon that was started anew in between counts from nothing. */
	if (old_count == count && count > 0 && old[count - 1].count <= buckets[count - 1].count)
		for (size_t i = 0; i < count; i++)
			buckets[i].count -= old[i].count;
	if (count == 0 || buckets[count - 1].count <= 0)
		return -1;
	wanted = share * buckets[count - 1].count;
	for (size_t i = 0; i < count; i++) {
		double begin = i > 0 ? buckets[i - 1].end : 0;
		double below = i > 0 ? buckets[i - 1].count : 0;

		if (buckets[i].count < wanted)
			continue;
		if (isinf(buckets[i].end) || buckets[i].count <= below)
			return buckets[i].end;
		return begin +
		       (buckets[i].end - begin) * (wanted - below) / (buckets[i].count - below);
	}
	return HUGE_VAL;
}
