/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_CONFIG_FAULTS_H
#define ASSAY_POLICY_CONFIG_FAULTS_H

#include "base/arena.h"
#include "base/error.h"

/*
 * What is wrong with a configuration: collected while it is read, told at
 * once and in the order of the lines. An administrator who sees one fault at
 * a time starts the program as often as there are faults.
 */

/* Somebody who makes more mistakes than this passed the wrong file. */
#define AS_FAULTS_MAX 100u
/* Octets of one fault; the rest is cut off. */
#define AS_FAULT_TEXT_MAX 1024u

struct as_fault {
	int code;
	size_t line; /* 0: of no line */
	const char *text;
};

struct as_faults {
	struct as_arena *arena;
	const char *file;
	size_t count; /* kept */
	size_t total;
	struct as_fault rows[AS_FAULTS_MAX];
};

void as_faults_start(struct as_faults *faults, struct as_arena *arena, const char *file);

/* "FILE:LINE: ..." with AS_E_CONFIG; without the number when line is 0. Control
 * characters, which a value can bring along, become blanks. */
void as_faults_add(struct as_faults *faults, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A text that names its place itself. */
void as_faults_add_text(struct as_faults *faults, int code, const char *text);

/* The parser stopped at this line: what was found behind it may be wrong. */
void as_faults_stop_at(struct as_faults *faults, size_t line);

/* 0 when there are none; else fills *error, a line each, and returns the code
 * of the first. Faults that do not fit are counted in a last line. */
int as_faults_report(struct as_faults *faults, struct as_error *error);

#endif
