/* SPDX-License-Identifier: BSD-2-Clause */
#include "tnef_rtf.h"

#define RTF_HEADER 16u
#define DICTIONARY 4096u /* s2.1.3: twelve bits of place */

/* What the dictionary begins with (s2.1.2.1). */
static const char preset[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
	"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
	"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct expander {
	struct arc_sink *sink;
	unsigned char dictionary[DICTIONARY];
	size_t at;	/* where the next octet goes */
	size_t written; /* up to where the dictionary is in the sink */
};

/* The dictionary is the output buffer too: it is written out when full. */
static bool flush(struct expander *expander)
{
	size_t from = expander->written;

	expander->written = expander->at;
	return arc_sink_write(expander->sink, expander->dictionary + from, expander->at - from);
}

static bool put(struct expander *expander, unsigned char octet)
{
	expander->dictionary[expander->at++] = octet;
	if (expander->at < DICTIONARY)
		return true;
	if (!flush(expander))
		return false;
	expander->at = expander->written = 0;
	return true;
}

static bool copy(struct expander *expander, size_t from, size_t length)
{
	for (; length > 0; length--, from = (from + 1) % DICTIONARY)
		if (!put(expander, expander->dictionary[from]))
			return false;
	return true;
}

/* Runs of eight tokens behind one octet of bits (s2.2.3). */
static enum arc_outcome expand(struct expander *expander, struct as_span packed)
{
	size_t at = RTF_HEADER;

	while (at < packed.size) {
		unsigned int bits = packed.data[at++];

		for (unsigned int i = 0; i < 8; i++, bits >>= 1) {
			uint16_t reference;

			if ((bits & 1) == 0) {
				if (at >= packed.size)
					return ARC_CUT;
				if (!put(expander, packed.data[at++]))
					return ARC_STOPPED;
				continue;
			}
			if (!as_span_be16(packed, at, &reference))
				return ARC_CUT;
			at += 2;
			if (reference >> 4 == expander->at)
				return ARC_DONE;
			if (!copy(expander, reference >> 4, (reference & 15u) + 2u))
				return ARC_STOPPED;
		}
	}
	return ARC_CUT;
}

enum arc_outcome tnef_rtf_expand(struct as_span packed, struct arc_sink *sink)
{
	struct expander expander = {.sink = sink};
	enum arc_outcome outcome;

	if (packed.size < RTF_HEADER)
		return ARC_CUT;
	if (as_span_has_at(packed, 8, "MELA", 4)) /* stored */
		return arc_sink_write(sink, packed.data + RTF_HEADER, packed.size - RTF_HEADER)
			       ? ARC_DONE
			       : ARC_STOPPED;
	if (!as_span_has_at(packed, 8, "LZFu", 4))
		return ARC_BROKEN;
	memcpy(expander.dictionary, preset, sizeof(preset) - 1);
	expander.at = expander.written = sizeof(preset) - 1;
	outcome = expand(&expander, packed);
	if (outcome != ARC_STOPPED && !flush(&expander))
		outcome = ARC_STOPPED;
	return outcome;
}
