/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_inspect_judged.h"

#include "fakejudge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct fixture fixture;

static int judge(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		 enum assay_phase phase)
{
	(void)fake;
	return fake_inspect(host, scan, object, phase);
}

int judged_set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	fixture_add(&fixture, "judge", ASSAY_IDENTIFY | ASSAY_JUDGE, 0, judge);
	return 0;
}

int judged_tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	return 0;
}

void judged_print(void)
{
	for (size_t i = 0; i < fixture.scan->object_count; i++)
		print_message("  object: %s\n", fixture.scan->objects[i]->pub.path);
	for (size_t i = 0; i < fixture.scan->finding_count; i++) {
		const struct as_finding *f = fixture.scan->findings[i];

		print_message("  %s: %s %d: %s\n", f->object->path, f->code, (int)f->severity,
			      f->text);
	}
}
