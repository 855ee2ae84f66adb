# SPDX-License-Identifier: BSD-2-Clause

# Compiler flags of the three kinds of build: release, sanitizers, fuzzing.
AC_DEFUN([ASSAY_COMPILER_FLAGS], [
  assay_cflags="-std=c11 -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-sign-conversion -fvisibility=hidden"
  # Binaries must not tell where they were built.
  assay_top=$(cd "$srcdir" && pwd)
  assay_cflags="$assay_cflags -ffile-prefix-map=$assay_top/="
  assay_ldflags="-Wl,-z,relro -Wl,-z,now"
  AS_IF([test "$enable_werror" = yes], [assay_cflags="$assay_cflags -Werror"])
  AS_IF([test "$enable_sanitizers" = yes || test "$enable_fuzzing" = yes], [
    assay_cflags="$assay_cflags -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    assay_ldflags="$assay_ldflags -fsanitize=address,undefined"
  ], [
    assay_cflags="$assay_cflags -O2 -g -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
  ])
  FUZZ_ENGINE=
  AS_IF([test "$enable_fuzzing" = yes], [
    assay_cflags="$assay_cflags -fsanitize=fuzzer-no-link"
    FUZZ_ENGINE=-fsanitize=fuzzer
  ])
  AC_SUBST([FUZZ_ENGINE])
  AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
  AM_CONDITIONAL([SANITIZED], [test "$enable_sanitizers" = yes])
  # autoconf's own default -g -O2 would come last and win.
  AS_IF([test "x$ac_cv_env_CFLAGS_set" != xset], [CFLAGS=])
  AC_SUBST([ASSAY_CFLAGS], [$assay_cflags])
  AC_SUBST([ASSAY_LDFLAGS], [$assay_ldflags])
])

# ASSAY_SYSTEM_HEADERS(PREFIX): warnings in other people's macros are not ours.
AC_DEFUN([ASSAY_SYSTEM_HEADERS], [
  $1[]_CFLAGS=$(AS_ECHO(["$[]$1[]_CFLAGS"]) | sed 's/-I/-isystem /g')
])

# ASSAY_NEED(PREFIX, MODULES, DEBIAN PACKAGE, WHAT FOR)
AC_DEFUN([ASSAY_NEED], [
  PKG_CHECK_MODULES([$1], [$2], [
    ASSAY_SYSTEM_HEADERS([$1])
    assay_report="$assay_report
  m4_format([%-12s], [$1]) yes   $4"
  ], [
    assay_missing="$assay_missing $3"
    assay_report="$assay_report
  m4_format([%-12s], [$1]) NO    $4: install $3"
  ])
])

# ASSAY_PLUGIN(NAME, PREFIX, MODULES, DEBIAN PACKAGE, WHAT IT DOES)
AC_DEFUN([ASSAY_PLUGIN], [
  AC_ARG_WITH([$1], [AS_HELP_STRING([--without-$1], [leave out the plugin that $5])],
    [], [with_$1=yes])
  m4_ifval([$2], [
    AS_IF([test "$with_$1" != no], [
      PKG_CHECK_MODULES([$2], [$3], [ASSAY_SYSTEM_HEADERS([$2])], [
        assay_missing="$assay_missing $4"
        with_$1=missing
      ])
    ])
  ])
  AM_CONDITIONAL(m4_toupper([WITH_$1]), [test "$with_$1" = yes])
  AS_IF([test "$with_$1" = yes],
    [assay_plugin_list="${assay_plugin_list:+$assay_plugin_list, }$1"])
  AS_CASE([$with_$1],
    [yes], [assay_plugins="$assay_plugins
  m4_format([%-12s], [$1]) yes   $5"],
    [missing], [assay_plugins="$assay_plugins
  m4_format([%-12s], [$1]) NO    $5: install $4 or give --without-$1"],
    [assay_plugins="$assay_plugins
  m4_format([%-12s], [$1]) no    left out on request"])
])

AC_DEFUN([ASSAY_FAIL_IF_MISSING], [
  AS_IF([test -n "$assay_missing"], [
    ASSAY_SUMMARY
    AC_MSG_ERROR([libraries are missing. On Debian: apt-get install$assay_missing])
  ])
])

AC_DEFUN([ASSAY_SUMMARY], [
  AS_ECHO(["
assay $PACKAGE_VERSION

Libraries of the engine$assay_report

Plugins$assay_plugins

  unit tests   $have_cmocka   (libcmocka-dev)
  sanitizers   $enable_sanitizers
  fuzzing      $enable_fuzzing
"])
])
