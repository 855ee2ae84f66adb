/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_CONTENT_H
#define ASSAY_CORPUS_CONTENT_H

#include "bytes.h"

/*
 * Small files of many types, complete enough for a type detector and harmless:
 * no file here holds code that does anything.
 */

/* The test string of EICAR, put together when the program runs: it must not
 * stand in a source file or in the program itself. */
struct co_bytes *co_eicar(void);

struct co_bytes *co_note(void);	   /* plain text */
struct co_bytes *co_picture(void); /* PNG, one point */
struct co_bytes *co_pdf(void);
struct co_bytes *co_calendar(void);
struct co_bytes *co_page(void);		  /* HTML without script */
struct co_bytes *co_drawing_script(void); /* SVG with a script */

struct co_bytes *co_program(void); /* PE header, sections of zeros */
struct co_bytes *co_elf(void);
struct co_bytes *co_lnk(void);
struct co_bytes *co_chm(void);
struct co_bytes *co_onenote(void);
struct co_bytes *co_vhd(void);
struct co_bytes *co_java_class(void);

struct co_bytes *co_script_js(void);
struct co_bytes *co_script_vbs(void);
struct co_bytes *co_script_vbe(void);
struct co_bytes *co_script_hta(void);
struct co_bytes *co_script_wsf(void);
struct co_bytes *co_script_ps1(void);
struct co_bytes *co_script_bat(void);
struct co_bytes *co_script_sh(void);
struct co_bytes *co_script_py(void);

struct co_bytes *co_shortcut_url(void);
struct co_bytes *co_library_ms(void);
struct co_bytes *co_rdp(void);
struct co_bytes *co_reg(void);
struct co_bytes *co_iqy(void);

#endif
