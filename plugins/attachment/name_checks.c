/* SPDX-License-Identifier: BSD-2-Clause */
#include "name_checks.h"
#include "points.h"

#define RLE 0x202bu
#define PDF 0x202cu
#define RLO 0x202eu
#define RLI 0x2067u
#define PDI 0x2069u

/* The open directions at one place of the name (UAX #9, X1-X8, reduced to
 * what decides whether Latin text moves). */
struct order {
	uint32_t open[ATT_ORDER_DEPTH];
	size_t depth;
	bool reversed; /* a letter stood under an override from right to left */
	bool embedded; /* something stood inside a right-to-left embedding */
	bool nested;   /* and another direction was opened in there */
	bool rtl;      /* the name has letters that want this */
	bool marked;
};

static bool is_open(const struct order *order, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < order->depth; i++)
		if (order->open[i] == a || order->open[i] == b)
			return true;
	return false;
}

static void order_mark(struct order *order, uint32_t point)
{
	order->marked = true;
	if (point == PDF || point == PDI) {
		if (order->depth > 0)
			order->depth--;
		return;
	}
	if (is_open(order, RLE, RLI))
		order->nested = true;
	if (order->depth == ATT_ORDER_DEPTH)
		order->reversed = true;
	else
		order->open[order->depth++] = point;
}

enum att_order att_check_order(struct att_view view)
{
	struct order order = {0};

	for (size_t i = 0; i < view.count; i++) {
		uint32_t point = view.points[i];

		if (att_point_is_bidi(point)) {
			order_mark(&order, point);
			continue;
		}
		if (!att_point_is_shown(point) || att_point_is_blank(point))
			continue;
		if (att_point_is_rtl_letter(point)) {
			order.rtl = true;
			continue;
		}
		order.reversed = order.reversed || is_open(&order, RLO, RLO);
		order.embedded = order.embedded || is_open(&order, RLE, RLI);
	}
	if (order.reversed || (order.nested && !order.rtl))
		return ATT_ORDER_REVERSED;
	if (order.nested || (order.embedded && !order.rtl))
		return ATT_ORDER_EMBEDDED;
	return order.marked ? ATT_ORDER_MARKED : ATT_ORDER_PLAIN;
}

static enum att_control control_of(uint32_t point)
{
	if (point == '\t' || point == '\r' || point == '\n')
		return ATT_CONTROL_FOLD;
	if (point >= 0x80)
		return ATT_CONTROL_C1;
	return ATT_CONTROL_OTHER;
}

enum att_control att_check_control(struct att_view view)
{
	enum att_control worst = ATT_CONTROL_NONE;
	size_t end = view.count;

	while (end > 0 && view.points[end - 1] == 0)
		end--;
	if (end < view.count)
		worst = ATT_CONTROL_NUL_END;
	for (size_t i = 0; i < end; i++) {
		enum att_control found;

		if (!att_point_is_control(view.points[i]))
			continue;
		if (view.points[i] == 0)
			return ATT_CONTROL_NUL;
		found = control_of(view.points[i]);
		if (found > worst)
			worst = found;
	}
	return worst;
}

/* The selectors and joiners of emoji are no padding. */
static bool is_padding(uint32_t point)
{
	return att_point_is_blank(point) || (att_point_is_invisible(point) && point < 0xe0000 &&
					     !(point >= 0xfe00 && point <= 0xfe0f));
}

static bool is_line(uint32_t point)
{
	return point == '_' || point == '-' || point == '.' || point == '=' || point == '~';
}

void att_check_padding(struct att_view view, size_t *blank_out, size_t *line_out)
{
	size_t blank = 0, line = 0, blank_run = 0, line_run = 0, dot = view.count;

	while (dot > 0 && att_point_fold(view.points[dot - 1], false) != '.')
		dot--;
	for (size_t i = 0; i < dot; i++) {
		blank_run = is_padding(view.points[i]) ? blank_run + 1 : 0;
		line_run = is_line(view.points[i]) ? line_run + 1 : 0;
		if (blank_run > blank)
			blank = blank_run;
		if (line_run > line)
			line = line_run;
	}
	*blank_out = blank;
	*line_out = line;
}

static bool is_hex(uint32_t point)
{
	return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'f') ||
	       (point >= 'A' && point <= 'F');
}

bool att_check_clsid(struct att_view component)
{
	static const char form[] = ".{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
	size_t size = sizeof(form) - 1;
	const uint32_t *tail;

	if (component.count < size)
		return false;
	tail = component.points + component.count - size;
	for (size_t i = 0; i < size; i++) {
		bool fits = form[i] == 'x' ? is_hex(tail[i]) : tail[i] == (unsigned char)form[i];

		if (!fits)
			return false;
	}
	return true;
}
