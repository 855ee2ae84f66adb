/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/single.h"
#include "cli/smime_options.h"
#include "report/colour.h"
#include "report/smime.h"
#include "report/view.h"
#include "smime/armour.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Of a file, to see what it is. */
#define GLANCE_BYTES 512u

/* A CMS object begins with a SEQUENCE, which may be broken, or as text that stands
 * for one; everything else that is asked about here is a message, however odd its
 * first line. */
static bool is_message(const struct as_item *item)
{
	unsigned char octets[GLANCE_BYTES];
	ssize_t got = pread(item->fd, octets, sizeof(octets), (off_t)item->offset);

	if (item->is_message || got <= 0)
		return item->is_message;
	return octets[0] != 0x30 && !as_smime_file_looks(as_span_make(octets, (size_t)got));
}

static int print(const struct as_single *single, bool as_json)
{
	json_t *verdict = as_view_open(as_buffer_span(&single->verdict));
	enum as_smime_outcome outcome = AS_SMIME_OUTCOME_FAILED;
	struct as_output output;
	int status, rc = AS_E_PROTOCOL;

	as_output_init(&output, STDOUT_FILENO);
	if (verdict != NULL && as_json)
		rc = as_smime_report_json(verdict, &output.text);
	else if (verdict != NULL)
		rc = as_smime_report_draw(verdict, as_colour_wanted(STDOUT_FILENO), &output.text);
	if (rc < 0)
		as_complain(single->verb, "%s", as_code_text(rc));
	else if (single->outcome == AS_OUTCOME_DONE)
		outcome = as_smime_report_outcome(verdict);
	json_decref(verdict);
	status = as_output_finish(&output, (int)outcome);
	as_output_deinit(&output);
	return status;
}

int as_verb_smime(const struct as_verb *verb, int argc, char **argv)
{
	struct as_smime_options *given = calloc(1, sizeof(*given));
	struct as_single single = {.verb = verb, .is_message = is_message};
	struct as_config *config = NULL;
	struct as_options options = {.verb = verb};
	int status = AS_EXIT_FAILED;

	if (given == NULL || !as_smime_options_read(verb, argc, argv, given, &status))
		goto out;
	options.config = given->config;
	single.path = given->file;
	single.index = given->index;
	single.stop = as_stop_on_signals();
	as_buffer_init(&single.verdict, 0);
	if (as_options_config(&options, &config) && as_smime_options_apply(verb, given, config) &&
	    as_single_inspect(&single, config))
		status = print(&single, given->as_json);
	as_buffer_deinit(&single.verdict);
out:
	as_config_free(config);
	free(given);
	return status;
}
