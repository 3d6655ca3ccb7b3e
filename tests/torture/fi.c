/* fi.c - makes system calls fail, ends the program before one of them, or writes down what reached the disk in which order.
   It is loaded before a test program (LD_PRELOAD) and no part of the product.

     cc -O2 -shared -fPIC -o fi.so fi.c -ldl
     LD_PRELOAD=./fi.so FI_MATCH=/path/of/the/yard/ FI_KIND=KIND FI_AT=N program

   Only calls on files whose path holds FI_MATCH count. FI_KIND is one of
     count     nothing fails; at the end the numbers of writes, syncs, renames and removals, opens, reads, creations go to FI_LOG
     kill      SIGKILL just before the N-th write-class call
     signal    the signal FI_SIGNAL just before the N-th write-class call
     eio enospc short   the N-th write fails, finds the disk full, or writes half
     fsync     the N-th fsync or fdatasync fails with EIO
     read      the N-th read fails with EIO
     meta      the N-th rename, unlink, mkdir or rmdir fails with EIO
     emfile eacces rofs   the N-th open fails; rofs: only one that would write, and every write-class call
     held      the N-th opening, renaming or removing of a file, and the FI_TIMES - 1 after it, find it busy (EBUSY), as where another
               program holds it for a moment; not those of the database, which SQLite opens and, where such locks exist, tries again
     log       every write-class call that succeeded is appended to FI_LOG (see `record` below)
   FI_STICKY=1: all later calls of the class fail too.

   What it cannot see: calls made without the C library (rustix: exchanging two folders, putting an exported file in its place). A kill
   before the next call that it sees leaves the same state as a kill after those. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, META = 4, OPEN = 8, READ = 16, CREATE = 32 };
static const int MUTATES = WRITE | SYNC | META | CREATE;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int ready, seen, at, times = 1, sticky, number, wanted, counting, logged = -1;
static int counted[6]; /* per class, in the order of the bits */
static const char *kind = "", *match = "";

#define REAL(name) static __typeof__(name) *r; if (!r) r = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int class_of(const char *k) {
  if (!strcmp(k, "kill") || !strcmp(k, "signal") || !strcmp(k, "log")) return MUTATES;
  if (!strcmp(k, "eio") || !strcmp(k, "short")) return WRITE;
  if (!strcmp(k, "enospc")) return WRITE | CREATE;
  if (!strcmp(k, "fsync")) return SYNC;
  if (!strcmp(k, "read")) return READ;
  if (!strcmp(k, "meta")) return META;
  if (!strcmp(k, "emfile") || !strcmp(k, "eacces")) return OPEN;
  if (!strcmp(k, "rofs")) return MUTATES;
  if (!strcmp(k, "held")) return META | OPEN;
  return 0;
}

static int real_open(const char *path, int flags, mode_t mode) {
  static int (*r)(const char *, int, ...);
  if (!r) r = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
  return r(path, flags, mode);
}

static void init(void) {
  if (ready) return;
  ready = 1;
  const char *text = getenv("FI_AT");
  at = text ? atoi(text) : 0;
  text = getenv("FI_SIGNAL");
  number = text ? atoi(text) : SIGKILL;
  sticky = getenv("FI_STICKY") != 0;
  if ((text = getenv("FI_TIMES"))) times = atoi(text);
  if ((text = getenv("FI_KIND"))) kind = text;
  if ((text = getenv("FI_MATCH"))) match = text;
  counting = !strcmp(kind, "count");
  wanted = class_of(kind);
  if ((text = getenv("FI_LOG"))) logged = real_open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whether this call is the one. The caller then fails in its own way; a kill does not come back. */
static int hit(const char *path, int what) {
  init();
  if (!*match || !path || !strstr(path, match)) return 0;
  if (counting) { __sync_add_and_fetch(&counted[__builtin_ctz(what)], 1); return 0; }
  if (!(what & wanted)) return 0;
  if (!strcmp(kind, "held") && strstr(path, "/db/g")) return 0;
  int count = __sync_add_and_fetch(&seen, 1);
  if (!at || !(count >= at && (sticky || count < at + times))) return 0;
  if (!strcmp(kind, "kill")) raise(SIGKILL);
  if (!strcmp(kind, "signal")) { raise(number); return 0; }
  return 1;
}

static const char *where(int fd, char *space) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, space, 4095);
  if (n < 0) return 0;
  space[n] = 0;
  return space;
}

/* kind, two paths, offset, data: lengths before each, in the machine's order. */
static void record(char what, const char *a, const char *b, uint64_t offset, const void *data, uint32_t n) {
  REAL(write);
  uint32_t la = a ? strlen(a) : 0, lb = b ? strlen(b) : 0;
  r(logged, &what, 1);
  r(logged, &la, 4); if (la) r(logged, a, la);
  r(logged, &lb, 4); if (lb) r(logged, b, lb);
  r(logged, &offset, 8);
  r(logged, &n, 4); if (n) r(logged, data, n);
}
static int logs(const char *path) { init(); return logged >= 0 && !strcmp(kind, "log") && path && strstr(path, match); }
#define IN_TURN(path) int log_it = logs(path); if (log_it) pthread_mutex_lock(&turn)
#define DONE(ok, ...) do { if (log_it) { int kept = errno; if (ok) record(__VA_ARGS__); pthread_mutex_unlock(&turn); errno = kept; } } while (0)

__attribute__((destructor)) static void leave(void) {
  REAL(write);
  if (ready && counting && logged >= 0) {
    char text[128];
    int n = snprintf(text, sizeof text, "%d %d %d %d %d %d\n", counted[0], counted[1], counted[2], counted[3], counted[4], counted[5]);
    if (r(logged, text, n) < 0) return;
  }
}

static int fails_write(const char *path, size_t *n) {
  if (!hit(path, WRITE)) return 0;
  if (!strcmp(kind, "short")) { *n = *n > 1 ? *n / 2 : *n; return 0; }
  errno = !strcmp(kind, "enospc") ? ENOSPC : !strcmp(kind, "rofs") ? EROFS : EIO;
  return 1;
}

ssize_t write(int fd, const void *data, size_t n) {
  REAL(write);
  char space[4096];
  init();
  if (fd == 1 && logged >= 0 && !strcmp(kind, "log")) { /* what was acknowledged, at its place in the order */
    pthread_mutex_lock(&turn);
    record('A', 0, 0, 0, data, n);
    ssize_t done = r(fd, data, n);
    pthread_mutex_unlock(&turn);
    return done;
  }
  if (fd <= 2 || fd == logged) return r(fd, data, n);
  const char *path = where(fd, space);
  if (fails_write(path, &n)) return -1;
  IN_TURN(path);
  ssize_t done = r(fd, data, n);
  off64_t end = done > 0 && log_it ? lseek64(fd, 0, SEEK_CUR) : 0;
  DONE(done > 0, 'W', path, 0, end - done, data, done);
  return done;
}
static ssize_t write_at(int fd, const void *data, size_t n, off64_t offset) {
  static ssize_t (*r)(int, const void *, size_t, off64_t);
  if (!r) r = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  char space[4096];
  const char *path = where(fd, space);
  if (fails_write(path, &n)) return -1;
  IN_TURN(path);
  ssize_t done = r(fd, data, n, offset);
  DONE(done > 0, 'W', path, 0, offset, data, done);
  return done;
}
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t offset) { return write_at(fd, data, n, offset); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t offset) { return write_at(fd, data, n, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) { /* one part at a time, as the standard allows */
  for (int i = 0; i < count; i++) if (parts[i].iov_len) return write(fd, parts[i].iov_base, parts[i].iov_len);
  return 0;
}
/* Copies inside the kernel cannot be seen: the caller falls back to read and write. */
ssize_t copy_file_range(int a, off64_t *b, int c, off64_t *d, size_t e, unsigned f) {
  REAL(copy_file_range);
  init();
  if (*kind) { errno = ENOSYS; return -1; }
  return r(a, b, c, d, e, f);
}
static ssize_t no_sendfile(void) { errno = ENOSYS; return -1; }
ssize_t sendfile64(int a, int b, off64_t *c, size_t d) {
  static ssize_t (*r)(int, int, off64_t *, size_t);
  if (!r) r = (ssize_t (*)(int, int, off64_t *, size_t))dlsym(RTLD_NEXT, "sendfile64");
  init();
  return *kind ? no_sendfile() : r(a, b, c, d);
}
ssize_t sendfile(int a, int b, off_t *c, size_t d) { return sendfile64(a, b, c, d); }

static int fails_read(int fd) {
  char space[4096];
  if (hit(where(fd, space), READ)) { errno = EIO; return 1; }
  return 0;
}
ssize_t read(int fd, void *data, size_t n) { REAL(read); return fd > 2 && fails_read(fd) ? -1 : r(fd, data, n); }
ssize_t pread64(int fd, void *data, size_t n, off64_t offset) { REAL(pread64); return fails_read(fd) ? -1 : r(fd, data, n, offset); }
ssize_t pread(int fd, void *data, size_t n, off_t offset) { return pread64(fd, data, n, offset); }

static int fails(const char *path, int what) {
  if (!hit(path, what)) return 0;
  errno = !strcmp(kind, "enospc") ? ENOSPC : !strcmp(kind, "rofs") ? EROFS : !strcmp(kind, "held") ? EBUSY : EIO;
  return 1;
}
static int sync_it(int fd, int (*r)(int)) {
  char space[4096];
  const char *path = where(fd, space);
  if (fails(path, SYNC)) return -1;
  struct stat64 about;
  IN_TURN(path);
  int done = r(fd);
  int folder = log_it && !fstat64(fd, &about) && S_ISDIR(about.st_mode);
  DONE(done == 0, folder ? 'D' : 'F', path, 0, 0, 0, 0);
  return done;
}
int fsync(int fd) { REAL(fsync); return sync_it(fd, r); }
int fdatasync(int fd) { REAL(fdatasync); return sync_it(fd, r); }

static int cut(int fd, off64_t n) {
  static int (*r)(int, off64_t);
  if (!r) r = (int (*)(int, off64_t))dlsym(RTLD_NEXT, "ftruncate64");
  char space[4096];
  const char *path = where(fd, space);
  if (fails(path, WRITE)) return -1;
  IN_TURN(path);
  int done = r(fd, n);
  DONE(done == 0, 'T', path, 0, n, 0, 0);
  return done;
}
int ftruncate64(int fd, off64_t n) { return cut(fd, n); }
int ftruncate(int fd, off_t n) { return cut(fd, n); }

static int opened(const char *path, int flags, mode_t mode) {
  int makes = flags & O_CREAT, writes = (flags & O_ACCMODE) != O_RDONLY;
  init();
  if (*kind && path && strstr(path, match)) {
    int held_new = !strcmp(kind, "held") && makes && access(path, F_OK); /* nobody holds a file that is not there yet */
    if (((wanted & OPEN) || counting) && !held_new && hit(path, OPEN)) {
      errno = !strcmp(kind, "emfile") ? EMFILE : !strcmp(kind, "held") ? EBUSY : EACCES;
      return -1;
    }
    if (makes && access(path, F_OK) && fails(path, CREATE)) return -1;
    if (!strcmp(kind, "rofs") && writes && !makes && at && seen >= at) { errno = EROFS; return -1; }
  }
  IN_TURN(path);
  int there = log_it && makes ? !access(path, F_OK) : 1;
  int done = real_open(path, flags, mode);
  if (log_it) {
    int kept = errno;
    if (done >= 0 && !there) record('C', path, 0, 0, 0, 0);
    if (done >= 0 && there && (flags & O_TRUNC) && writes) record('T', path, 0, 0, 0, 0);
    pthread_mutex_unlock(&turn);
    errno = kept;
  }
  return done;
}
static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(more, int) : 0; }
int open64(const char *path, int flags, ...) { va_list more; va_start(more, flags); mode_t mode = mode_of(flags, more); va_end(more); return opened(path, flags, mode); }
int open(const char *path, int flags, ...) { va_list more; va_start(more, flags); mode_t mode = mode_of(flags, more); va_end(more); return opened(path, flags | O_LARGEFILE, mode); }

int rename(const char *from, const char *to) {
  REAL(rename);
  if (fails(to, META)) return -1;
  IN_TURN(to);
  int done = r(from, to);
  DONE(done == 0, 'R', from, to, 0, 0, 0);
  return done;
}
int unlink(const char *path) {
  REAL(unlink);
  if (fails(path, META)) return -1;
  IN_TURN(path);
  int done = r(path);
  DONE(done == 0, 'U', path, 0, 0, 0, 0);
  return done;
}
int unlinkat(int folder, const char *name, int flags) {
  REAL(unlinkat);
  char space[4096], path[8300];
  const char *base = *name == '/' || folder == AT_FDCWD ? 0 : where(folder, space);
  if (base) snprintf(path, sizeof path, "%s/%s", base, name); else snprintf(path, sizeof path, "%s", name);
  if (fails(path, META)) return -1;
  IN_TURN(path);
  int done = r(folder, name, flags);
  DONE(done == 0, flags & AT_REMOVEDIR ? 'X' : 'U', path, 0, 0, 0, 0);
  return done;
}
int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  init();
  if (strcmp(kind, "held") && fails(path, META)) return -1;
  IN_TURN(path);
  int done = r(path, mode);
  DONE(done == 0, 'M', path, 0, 0, 0, 0);
  return done;
}
int rmdir(const char *path) {
  REAL(rmdir);
  if (fails(path, META)) return -1;
  IN_TURN(path);
  int done = r(path);
  DONE(done == 0, 'X', path, 0, 0, 0, 0);
  return done;
}
