/* SPDX-License-Identifier: BSD-2-Clause */
#include "load_tree.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROCESSES_MAX 8192

struct process {
	pid_t pid, parent;
	double ticks;
	bool front, inside;
};

static bool read_process(pid_t pid, struct process *process_out)
{
	char path[64], text[1024];
	unsigned long long user, kernel, child_user, child_kernel;
	FILE *file;
	char *end;
	size_t got;
	int parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	got = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[got] = '\0';
	/* The name may hold anything: the last parenthesis ends it. */
	end = strrchr(text, ')');
	if (end == NULL ||
	    sscanf(end + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu",
		   &parent, &user, &kernel, &child_user, &child_kernel) != 5)
		return false;
	*process_out = (struct process){
		.pid = pid,
		.parent = parent,
		.ticks = (double)(user + kernel + child_user + child_kernel),
		.front = strstr(text, "(assay-front)") != NULL,
	};
	return true;
}

static size_t read_all(struct process *processes)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;

	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL && count < PROCESSES_MAX)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_process((pid_t)atoi(entry->d_name), &processes[count]))
			count++;
	closedir(folder);
	return count;
}

static double memory_mb(pid_t pid, const char *key)
{
	char path[64], line[256];
	size_t length = strlen(key);
	double kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, length) == 0)
			kib = strtod(line + length, NULL);
	fclose(file);
	return kib / 1024;
}

void tree_measure(pid_t root, struct tree_use *use_out)
{
	static struct process processes[PROCESSES_MAX];
	size_t count = read_all(processes);
	double tick = (double)sysconf(_SC_CLK_TCK);
	bool grown = true;

	*use_out = (struct tree_use){.processes = 0};
	for (size_t i = 0; i < count; i++)
		processes[i].inside = processes[i].pid == root;
	while (grown) {
		grown = false;
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; !processes[i].inside && j < count; j++)
				if (processes[j].inside && processes[j].pid == processes[i].parent)
					processes[i].inside = grown = true;
	}
	for (size_t i = 0; i < count; i++) {
		if (!processes[i].inside)
			continue;
		use_out->processes++;
		use_out->cpu_s += processes[i].ticks / tick;
		if (processes[i].front)
			use_out->front_cpu_s += processes[i].ticks / tick;
		use_out->rss_mb += memory_mb(processes[i].pid, "Rss:");
		use_out->pss_mb += memory_mb(processes[i].pid, "Pss:");
	}
}
