/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/style.h"

/* Not to be read: 1px is used like 0. */
#define TINY_PX 1.0
/* Fainter than this is not seen; of 1. */
#define FAINT 0.05
/* No element of honest mail stands that far to the left of the page. */
#define FAR_PX 500.0
/* More than a screen is high. */
#define TALL_PX		       1000.0
#define TALL_PERCENT_OF_WINDOW 150.0

struct length {
	double value; /* px, as far as the unit tells */
	bool number;  /* it begins with a number */
	bool window;  /* of the window's height, in percent */
	bool percent;
};

/* strtod() would take "inf", hexadecimals and the decimal sign of a locale. */
static double read_number(const char *text, const char **end_out)
{
	bool negative = *text == '-';
	double value = 0, scale = 1;

	if (*text == '-' || *text == '+')
		text++;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (*text - '0');
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9'; text++)
			value += (scale /= 10) * (*text - '0');
	*end_out = text;
	return negative ? -value : value;
}

static struct length read_length(const char *value)
{
	static const struct {
		const char *unit;
		double px;
	} units[] = {{"em", 16}, {"rem", 16}, {"ex", 8},  {"ch", 8},   {"pt", 1.33},
		     {"pc", 16}, {"in", 96},  {"cm", 38}, {"mm", 3.8}, {"lh", 20}};
	const char *first = value + (value[0] == '-' || value[0] == '+' ? 1 : 0);
	struct length length = {0};
	const char *unit;

	length.number = (*first >= '0' && *first <= '9') || *first == '.';
	if (!length.number)
		return length;
	length.value = read_number(value, &unit);
	length.window = strncmp(unit, "vh", 2) == 0 || strncmp(unit, "vmax", 4) == 0;
	length.percent = *unit == '%';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strncmp(unit, units[i].unit, strlen(units[i].unit)) == 0) {
			length.value *= units[i].px;
			break;
		}
	return length;
}

static bool is_tiny(const char *value)
{
	struct length length = read_length(value);

	return length.number && length.value >= 0 &&
	       length.value <= (length.percent || length.window ? 0 : TINY_PX);
}

static bool is_far(const char *value)
{
	struct length length = read_length(value);

	return length.number && (length.value <= -FAR_PX || length.value >= 4 * FAR_PX ||
				 ((length.window || length.percent) && length.value <= -100));
}

static bool is_tall(const char *value)
{
	struct length length = read_length(value);

	if (!length.number || length.percent)
		return false;
	return length.value >= (length.window ? TALL_PERCENT_OF_WINDOW : TALL_PX);
}

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}
#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof((list)[0]))

static void hide(struct as_style *style, const char *how)
{
	if (style->hides_how[0] == '\0')
		style->hides_how = how;
}

/* White on #FFF is white on white. */
static void set_colour(char out[AS_STYLE_COLOUR_SIZE], const char *value)
{
	static const struct {
		const char *name, *hex;
	} names[] = {
		{"white", "#ffffff"},	   {"black", "#000000"}, {"rgb(255,255,255)", "#ffffff"},
		{"rgb(0,0,0)", "#000000"}, {"red", "#ff0000"},	 {"blue", "#0000ff"}};
	size_t length = 0;

	for (; *value != '\0' && length + 1 < AS_STYLE_COLOUR_SIZE; value++)
		if (*value != ' ')
			out[length++] = *value;
	out[length] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(out, names[i].name) == 0)
			memcpy(out, names[i].hex, strlen(names[i].hex) + 1);
	if (out[0] != '#' || strlen(out) != 4)
		return;
	for (size_t i = 3; i > 0; i--)
		out[2 * i] = out[2 * i - 1] = out[i];
	out[7] = '\0';
}

static bool is_transparent(const char *colour)
{
	size_t length = strlen(colour);

	if (strcmp(colour, "transparent") == 0)
		return true;
	if (strncmp(colour, "rgba(", 5) == 0 || strncmp(colour, "hsla(", 5) == 0)
		return (length > 3 && strcmp(colour + length - 3, ",0)") == 0) ||
		       (length > 5 && strcmp(colour + length - 5, ",0.0)") == 0);
	return colour[0] == '#' && length == 9 && strcmp(colour + 7, "00") == 0;
}

static void declare_font(struct as_style *style, const char *property, const char *value)
{
	if (strcmp(property, "font-size") == 0)
		style->zero_font = is_tiny(value);
	else
		style->zero_font = strncmp(value, "0/", 2) == 0 || strncmp(value, "0px/", 4) == 0;
	style->sets_font = !style->zero_font;
}

/* The first argument of a function in value: "scale(" of "scale(0.9,1)". */
static struct length read_argument(const char *value, const char *function)
{
	const char *found = strstr(value, function);

	return read_length(found != NULL ? found + strlen(function) : "");
}

static bool is_faint(struct length length)
{
	return length.number && length.value < (length.percent ? 100 * FAINT : FAINT);
}

static void declare_sight(struct as_style *style, const char *property, const char *value)
{

	if (strcmp(property, "display") == 0 && strcmp(value, "none") == 0)
		hide(style, "display:none");
	else if (strcmp(property, "visibility") == 0 &&
		 (strcmp(value, "hidden") == 0 || strcmp(value, "collapse") == 0))
		hide(style, "visibility:hidden");
	else if (strcmp(property, "mso-hide") == 0 && strcmp(value, "all") == 0)
		hide(style, "mso-hide:all");
	else if (strcmp(property, "content-visibility") == 0 && strcmp(value, "hidden") == 0)
		hide(style, "content-visibility:hidden");
	else if (strcmp(property, "opacity") == 0 && is_faint(read_length(value)))
		hide(style, "opacity:0");
	else if (strcmp(property, "filter") == 0 && is_faint(read_argument(value, "opacity(")))
		hide(style, "an opacity filter");
	/* Of a hundred, as old Internet Explorers have it. */
	else if (strcmp(property, "filter") == 0 && strstr(value, "opacity=0") != NULL)
		hide(style, "an opacity filter");
	else if ((strcmp(property, "transform") == 0 && is_faint(read_argument(value, "scale("))) ||
		 ((strcmp(property, "zoom") == 0 || strcmp(property, "scale") == 0) &&
		  is_faint(read_length(value))))
		hide(style, "a scale of 0");
	else if (strcmp(property, "clip-path") == 0 &&
		 (strstr(value, "inset(100%") != NULL || strstr(value, "inset(50%") != NULL ||
		  strstr(value, "circle(0") != NULL))
		hide(style, "a clip path");
}

static void declare_place(struct as_style *style, const char *property, const char *value)
{
	static const char *const offsets[] = {"left", "top", "right", "bottom"};
	static const char *const indents[] = {"text-indent", "margin-left", "margin-top",
					      "margin-right"};

	if (strcmp(property, "position") == 0) {
		style->out_of_flow = strcmp(value, "absolute") == 0 || strcmp(value, "fixed") == 0;
		style->moved = style->out_of_flow || strcmp(value, "relative") == 0;
	}
	if (IS_ONE_OF(property, offsets))
		style->far_off = style->far_off || is_far(value);
	else if (strcmp(property, "translate") == 0 && is_far(value))
		hide(style, "a place off the page");
	else if (IS_ONE_OF(property, indents) && is_far(value) && value[0] == '-')
		hide(style, "a place off the page");
	else if (strcmp(property, "z-index") == 0)
		style->layered = value[0] >= '1' && value[0] <= '9';
	else if (strcmp(property, "clip") == 0)
		style->cut_out =
			strncmp(value, "rect(0", 6) == 0 || strncmp(value, "rect(1px", 8) == 0;
}

static void declare_box(struct as_style *style, const char *property, const char *value)
{
	static const char *const sizes[] = {"height", "max-height", "width", "max-width"};
	static const char *const tall[] = {"height",	  "min-height",	     "margin",
					   "margin-top",  "margin-bottom",   "padding",
					   "padding-top", "padding-bottom",  "line-height",
					   "top",	  "border-top-width"};

	if (IS_ONE_OF(property, sizes) && is_tiny(value))
		style->zero_box = true;
	if (strncmp(property, "overflow", 8) == 0)
		style->clipped = strncmp(value, "hidden", 6) == 0 || strcmp(value, "clip") == 0;
	if (IS_ONE_OF(property, tall) && is_tall(value))
		style->pushes = true;
}

void as_style_declare(struct as_style *style, const char *property, const char *value)
{
	if (strcmp(property, "color") == 0)
		set_colour(style->colour, value);
	else if (strcmp(property, "background-color") == 0 || strcmp(property, "background") == 0)
		set_colour(style->background, value);
	else if (strcmp(property, "font-size") == 0 || strcmp(property, "font") == 0)
		declare_font(style, property, value);
	else {
		declare_sight(style, property, value);
		declare_place(style, property, value);
		declare_box(style, property, value);
	}
}

void as_style_init(struct as_style *style)
{
	*style = (struct as_style){.hides_how = ""};
}

void as_style_conclude(struct as_style *style)
{
	if (style->zero_box && style->clipped)
		hide(style, "a size of 0");
	if (style->moved && style->far_off)
		hide(style, "a place off the page");
	if (style->out_of_flow && style->cut_out)
		hide(style, "a clip");
	if (style->out_of_flow && style->layered)
		hide(style, "a layer over other text");
	if (is_transparent(style->colour))
		hide(style, "a transparent colour");
	style->pale = strcmp(style->colour, "#ffffff") == 0 && style->background[0] == '\0';
	if (style->colour[0] != '\0' && strcmp(style->colour, style->background) == 0)
		hide(style, "the colour of its background");
	style->colour[0] = style->background[0] = '\0';
	style->zero_box = style->clipped = style->out_of_flow = false;
	style->moved = style->far_off = style->layered = style->cut_out = false;
}
