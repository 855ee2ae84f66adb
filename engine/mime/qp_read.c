/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/qp_read.h"

#include "mime/octet.h"

/* Soft breaks, blanks and lost pairs that may stand among one escape: enough for what
 * hides it, few enough to keep the work linear. */
#define INSIDE_MAX 8u
/* Blanks between '=' and a line end that are looked over: RFC 2045 lines have
 * 76 octets, SMTP's 998. */
#define BLANKS_MAX 1000u

struct reader {
	struct as_span in;
	const struct as_qp_habits *habits;
	unsigned char *out;
	size_t size, capacity;
	bool done;
};

static void put(struct reader *reader, unsigned int octet)
{
	if (reader->size < reader->capacity)
		reader->out[reader->size++] = (unsigned char)octet;
}

static int octet_at(const struct reader *reader, size_t offset)
{
	return offset < reader->in.size ? reader->in.data[offset] : -1;
}

static bool digit_at(const struct reader *reader, size_t offset, unsigned int *value_out)
{
	int octet = octet_at(reader, offset);

	if (octet >= '0' && octet <= '9')
		*value_out = (unsigned int)(octet - '0');
	else if (octet >= 'A' && octet <= 'F')
		*value_out = (unsigned int)(octet - 'A') + 10;
	else if (octet >= 'a' && octet <= 'f' && !reader->habits->upper)
		*value_out = (unsigned int)(octet - 'a') + 10;
	else
		return false;
	return true;
}

/* Octets of the line end at offset, 0 when there is none. */
static size_t line_end(const struct reader *reader, size_t offset)
{
	int octet = octet_at(reader, offset);

	if (octet == '\n')
		return 1;
	if (octet != '\r')
		return 0;
	return octet_at(reader, offset + 1) == '\n' ? 2 : 1;
}

/* A pair that a reader loses which takes the octet behind a bad '=' with it. */
static bool lost_pair(const struct reader *reader, size_t offset)
{
	unsigned int value;
	int next = octet_at(reader, offset + 1);

	if (octet_at(reader, offset) != '=' || next < 0 || next == '=' || next == '\r' ||
	    next == '\n')
		return false;
	return !digit_at(reader, offset + 1, &value) || !digit_at(reader, offset + 2, &value);
}

static size_t behind_pairs(const struct reader *reader, size_t offset)
{
	for (unsigned int count = 0; count < INSIDE_MAX && lost_pair(reader, offset); count++)
		offset += 2;
	return offset;
}

/* Octets of the soft break whose '=' stands at offset, 0 when it is none. */
static size_t soft_break(const struct reader *reader, size_t offset)
{
	size_t i = offset + 1, end;

	if (reader->habits->strict) {
		end = line_end(reader, i);
		return end == 2 || octet_at(reader, i) == '\n' ? 1 + end : 0;
	}
	if (reader->habits->bad == AS_BAD_DROP_2)
		i = behind_pairs(reader, i);
	for (size_t most = i + BLANKS_MAX; i < most && i < reader->in.size; i++)
		if (!as_octet_wsp(reader->in.data[i]))
			break;
	end = line_end(reader, i);
	return end > 0 || i == reader->in.size ? i + end - offset : 0;
}

/* Behind what is not there for this reader, from offset on. */
static size_t look_over(const struct reader *reader, size_t offset)
{
	if (reader->habits->bad == AS_BAD_DROP_2)
		return behind_pairs(reader, offset);
	for (unsigned int count = 0; reader->habits->joined && count < INSIDE_MAX; count++) {
		int octet = octet_at(reader, offset);
		size_t gap = octet == '='		     ? soft_break(reader, offset)
			     : octet == ' ' || octet == '\t' ? 1
							     : line_end(reader, offset);

		if (gap == 0)
			break;
		offset += gap;
	}
	return offset;
}

/* Octets of the escape at offset, 0 when it is none. */
static size_t escape(const struct reader *reader, size_t offset, unsigned int *octet_out)
{
	size_t first = offset + 1, second;
	unsigned int high, low;

	if (!digit_at(reader, first, &high))
		first = look_over(reader, first);
	second = first + 1;
	if (!digit_at(reader, first, &high))
		return 0;
	if (!digit_at(reader, second, &low))
		second = look_over(reader, second);
	if (!digit_at(reader, second, &low))
		return 0;
	*octet_out = high << 4 | low;
	return second + 1 - offset;
}

/* How many octets behind a bad '=' go with it: not a line end, and nothing
 * from an '=' on. */
static size_t company(const struct reader *reader, size_t offset, size_t most)
{
	size_t count = 0;

	while (count < most) {
		int octet = octet_at(reader, offset + 1 + count);

		if (octet < 0 || octet == '=' || octet == '\r' || octet == '\n')
			break;
		count++;
	}
	return count;
}

/* To the end of the line, with its line end; a lone CR is none. */
static size_t rest_of_line(const struct reader *reader, size_t offset)
{
	size_t newline = as_span_find_byte(reader->in, offset, '\n');

	return (newline == SIZE_MAX ? reader->in.size : newline + 1) - offset;
}

/* Answers how many octets of input are used. */
static size_t take_bad(struct reader *reader, size_t offset)
{
	unsigned int value;

	switch (reader->habits->bad) {
	case AS_BAD_DROP_1:
		return 1;
	case AS_BAD_DROP_2:
		return 1 + company(reader, offset, 1);
	case AS_BAD_DROP_3:
		return 1 + company(reader, offset, 2);
	case AS_BAD_STOP:
		reader->done = true;
		return 1;
	case AS_BAD_LINE:
		return rest_of_line(reader, offset);
	case AS_BAD_HALF:
		if (!digit_at(reader, offset + 1, &value))
			return 1;
		put(reader, value);
		return 2;
	case AS_BAD_SINGLE:
		put(reader, '=');
		return octet_at(reader, offset + 1) == '=' ? 2 : 1;
	case AS_BAD_KEEP:
		break;
	}
	put(reader, '=');
	return 1;
}

static size_t take_equals(struct reader *reader, size_t offset)
{
	size_t used = soft_break(reader, offset);
	unsigned int octet;

	if (used > 0) {
		bool lone_cr = octet_at(reader, offset + used - 1) == '\r';

		return lone_cr && reader->habits->bad == AS_BAD_LINE ? rest_of_line(reader, offset)
								     : used;
	}
	used = escape(reader, offset, &octet);
	if (used == 0)
		return take_bad(reader, offset);
	put(reader, octet);
	return used;
}

/* The run of blanks at offset: none of them is data before a line end. */
static size_t take_blanks(struct reader *reader, size_t offset)
{
	size_t end = offset;

	while (end < reader->in.size && as_octet_wsp(reader->in.data[end]))
		end++;
	if (!reader->habits->blanks && (end == reader->in.size || line_end(reader, end) > 0))
		return end - offset;
	for (size_t i = offset; i < end; i++)
		put(reader, reader->in.data[i]);
	return end - offset;
}

static size_t take_line_end(struct reader *reader, size_t offset, size_t size)
{
	if (reader->habits->end == AS_END_NONE)
		return size;
	for (size_t i = 0; i < size; i++)
		if (size == 1 || i == 1 || reader->habits->end == AS_END_KEEP)
			put(reader, reader->in.data[offset + i]);
	return size;
}

static void take_raw(struct reader *reader, unsigned char octet)
{
	if (reader->habits->raw == AS_RAW_STOP && octet == 0)
		reader->done = true;
	else if (reader->habits->raw != AS_RAW_DROP || (octet >= 0x20 && octet < 0x7f))
		put(reader, octet);
}

size_t as_qp_read(struct as_span in, const struct as_qp_habits *habits, unsigned char *out,
		  size_t out_capacity)
{
	struct reader reader = {.in = in, .habits = habits, .out = out, .capacity = out_capacity};

	for (size_t i = 0; i < in.size && !reader.done;) {
		unsigned char octet = in.data[i];
		size_t end;

		if (octet == '=') {
			i += take_equals(&reader, i);
		} else if (as_octet_wsp(octet)) {
			i += take_blanks(&reader, i);
		} else if ((octet == '\r' || octet == '\n') && (end = line_end(&reader, i)) > 0) {
			i += take_line_end(&reader, i, end);
		} else {
			take_raw(&reader, octet);
			i++;
		}
	}
	return reader.size;
}
