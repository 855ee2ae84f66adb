/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/view.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define MIXED(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n\n"

struct world {
	struct as_arena arena;
	struct as_limits limits;
	struct as_mime_tree *tree;
};

static void open_world(struct world *world, const char *message)
{
	as_limits_standard(&world->limits);
	as_arena_init(&world->arena, ARENA_MAX_BYTES);
	assert_int_equal(
		as_mime_parse(&world->arena, as_span_text(message), &world->limits, &world->tree),
		0);
}

/* "number type=body|", composites "number type{}|". */
static void render(struct world *world, enum as_client client, struct as_buffer *out)
{
	struct as_view view;

	assert_int_equal(as_view_make(world->tree, &world->limits, client, &view), 0);
	for (size_t i = 0; i < view.count; i++) {
		const struct as_view_part *part = &view.parts[i];

		as_buffer_printf(out, "%s %s", part->number, part->media_type);
		if (part->composite)
			as_buffer_text(out, "{}");
		else
			as_buffer_printf(out, "=%.*s", (int)(part->body_end - part->body_begin),
					 (const char *)world->tree->message.data +
						 part->body_begin);
		as_buffer_text(out, "|");
	}
	as_buffer_byte(out, '\0');
}

static void all_clients_see_ordinary_mail_alike(void **state)
{
	static const struct {
		const char *name, *message, *view;
	} cases[] = {
		{"text", "Subject: x\n\nhello", "1 text/plain=hello|"},
		{"a multipart",
		 MIXED("b") "pre\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\npost\n",
		 " multipart/mixed{}|1 text/plain=one|2 text/html=two|"},
		{"nested", MIXED("o") "--o\n" MIXED("i") "--i\n\none\n--i--\n--o\n\ntwo\n--o--\n",
		 " multipart/mixed{}|1 multipart/mixed{}|1.1 text/plain=one|2 text/plain=two|"},
		{"a message in a part",
		 MIXED("b") "--b\nContent-Type: message/rfc822\n\nSubject: x\n\nhello\n--b--\n",
		 " multipart/mixed{}|1 message/rfc822{}|1.1 text/plain=hello|"},
		{"a digest",
		 "Content-Type: multipart/digest; boundary=b\n\n--b\n\nA: b\n\none\n--b--\n",
		 " multipart/digest{}|1 message/rfc822{}|1.1 text/plain=one|"},
		{"no close delimiter", MIXED("b") "--b\n\none\n",
		 " multipart/mixed{}|1 text/plain=one\n|"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world world;

		print_message("case: %s\n", cases[i].name);
		open_world(&world, cases[i].message);
		for (int client = 0; client < AS_CLIENT_COUNT; client++) {
			struct as_buffer text;

			as_buffer_init(&text, 0);
			render(&world, (enum as_client)client, &text);
			assert_string_equal((char *)text.data, cases[i].view);
			as_buffer_deinit(&text);
		}
		as_arena_deinit(&world.arena);
	}
}

/* The habits of the table decide, not this test: clients that have the habit
 * show the part and others do not. */
static void habits_decide_which_boundary_counts(void **state)
{
	struct world world;
	(void)state;

	open_world(&world, "Content-Type: multipart/mixed; boundary=aa; boundary=bb\n\n--aa\n\n"
			   "first\n--aa--\n--bb\n\nlast\n--bb--\n");
	for (int client = 0; client < AS_CLIENT_COUNT; client++) {
		bool last = (as_clients[client].habits & AS_HABIT_LAST_PARAM) != 0;
		struct as_buffer text;

		as_buffer_init(&text, 0);
		render(&world, (enum as_client)client, &text);
		assert_non_null(strstr((char *)text.data, last ? "=last|" : "=first|"));
		as_buffer_deinit(&text);
	}
	as_arena_deinit(&world.arena);
}

static void extras_name_the_clients_that_show_them(void **state)
{
	struct world world;
	uint32_t last = as_clients_with(AS_HABIT_LAST_PARAM);
	bool seen = false;
	(void)state;

	open_world(&world, "Content-Type: multipart/mixed; boundary=aa; boundary=bb\n\n--aa\n\n"
			   "first\n--aa--\n--bb\nContent-Type: text/html\n\nlast\n--bb--\n");
	for (const struct as_extra_body *e = world.tree->extras; e != NULL; e = e->next)
		if (as_span_has_at(world.tree->message, e->begin, "last\n--bb--", 11) &&
		    e->end - e->begin == 4)
			seen = e->clients == last;
	assert_true(seen);
	as_arena_deinit(&world.arena);
}

static void limits_end_a_view(void **state)
{
	struct world world;
	struct as_view view;
	(void)state;

	open_world(&world, MIXED("b") "--b\n\none\n--b\n\ntwo\n--b--\n");
	world.limits.mime_parts = 2;
	assert_int_equal(as_view_make(world.tree, &world.limits, AS_CLIENT_MUTT, &view), 0);
	assert_int_equal(view.count, 2);
	assert_true(view.cut);
	as_arena_deinit(&world.arena);
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_clients_see_ordinary_mail_alike),
		cmocka_unit_test(habits_decide_which_boundary_counts),
		cmocka_unit_test(extras_name_the_clients_that_show_them),
		cmocka_unit_test(limits_end_a_view),
	};

	return cmocka_run_group_tests_name("mime view", tests, start, NULL);
}
