/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SANDBOX_H
#define ASSAY_POOL_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a worker may still do once it reads mail. Four layers, each on its own:
 *
 * - limits (setrlimit): address space, file size, descriptors, no core file;
 * - no capability and no new privilege;
 * - Landlock: no file but those below the worker's temporary folder, no TCP;
 * - seccomp: the system calls that the libraries were seen to need. No
 *   network, no process, no executable memory. Any other call ends the worker
 *   (exit status AS_SANDBOX_EXIT) after it has noted the call in its stage.
 *
 * chmod(2) and fchmod(2) answer 0 and do nothing: libclamav insists on them,
 * and Landlock does not govern them. Without Landlock a worker may open, write
 * and remove what its user may: the state says so.
 *
 * A layer that this kernel lacks is left out and named in the state; that is
 * for the administrator to judge, not an error. Under the address sanitizer,
 * which needs calls of its own, there are neither limits of memory nor a
 * sandbox.
 */
#define AS_SANDBOX_EXIT 89

/* Parsers that recurse per level of nesting need more than the usual 8 MiB;
 * the kernel keeps at least 128 MiB free below the stack. */
#define AS_SANDBOX_STACK_BYTES (64u * 1024 * 1024)
/* libclamav and libarchive hold one or two descriptors per level of nesting,
 * and 64 levels are the highest limit of depth. */
#define AS_SANDBOX_OPEN_FILES 256u
/* One temporary file; it counts as memory on tmpfs. */
#define AS_SANDBOX_FILE_BYTES (512u * 1024 * 1024)

struct as_sandbox_state {
	bool seccomp;
	int landlock_abi; /* 0: none */
	char text[256];	  /* "seccomp on (85 calls), landlock ABI 7" */
};

/* Whether this build can have a sandbox. */
bool as_sandbox_possible(void);

/* Closes it, for good. temp_dir is the one folder that stays open. */
void as_sandbox_enter(const char *temp_dir, struct as_sandbox_state *state_out);

/* Gives all capabilities up and forbids new ones; negated errno. */
int as_sandbox_give_up_rights(void);

/*
 * What entering any sandbox begins and ends with. begin: rights; false when
 * there can be no sandbox, which the state says then. describe: the text of the
 * state; calls and the words are those of the two layers, and behind stands
 * after "landlock off".
 */
bool as_sandbox_begin(struct as_sandbox_state *state_out);
void as_sandbox_describe(struct as_sandbox_state *state, int calls, const char *why_seccomp,
			 const char *why_landlock, const char *behind);

/* Limits of the zygote, which its workers inherit. */
void as_sandbox_limit_zygote(void);
/* Limits of a worker: memory is in octets beyond what it has now. */
void as_sandbox_limit_worker(uint64_t memory);

/* Landlock: the ABI in force, or 0 with a word why not. */
int as_sandbox_landlock(const char *temp_dir, const char **why_out);
/* seccomp: the number of system calls allowed, or 0 with a word why not. */
int as_sandbox_seccomp(const char **why_out);

/* The name of a system call of this machine; "unknown" when it has none. */
void as_sandbox_call_name(long number, char *name_out, size_t room);

#endif
